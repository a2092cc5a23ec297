import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import test from 'ava'
import { UserCluster } from './cluster.ts'

/** The first repository runs in each of the ways in which the process driver can separate pods. */

const isRoot = process.getuid?.() === 0

function mayMakeUserNamespaces(): boolean {
  try {
    execFileSync('unshare', ['--user', '--map-root-user', '--mount', 'true'], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

const WAYS: readonly { isolation: string; works: boolean; address: string; says: RegExp }[] = [
  { isolation: 'overlay', works: isRoot, address: isRoot ? '10.' : '127.', says: /a writable layer over \// },
  {
    isolation: 'user-namespace',
    works: mayMakeUserNamespaces(),
    address: '127.',
    says: /a root of binds and process ids of their own/,
  },
  { isolation: 'plain', works: true, address: '127.', says: /plain processes of this machine; nothing can be mounted/ },
]

for (const { isolation, works, address, says } of WAYS) {
  const run = works ? test.serial : test.serial.skip
  run(`repo-template becomes Healthy with --isolation ${isolation}, and goes without a trace`, async t => {
    const cluster = new UserCluster()
    try {
      await cluster.up('--template', '--isolation', isolation)
      t.deepEqual(await cluster.phases(), { cluster: 'Healthy', greeter: 'Healthy', hello: 'Healthy' })
      const pods = await cluster.pods('hello', 'hello')
      t.is(pods.length, 2)
      for (const { status } of pods) t.true(status?.podIP?.startsWith(address), status?.podIP)
      t.regex((await cluster.kubectl('get', 'node', '-o', 'jsonpath={.items[0].metadata.annotations}')).out, says)
      t.regex(await (await fetch(await cluster.serviceAddress('hello', 'hello'))).text(), /Hello from Pintle/)
      const agent = cluster.agentPid()
      t.is(await cluster.end('SIGINT'), 0)
      t.false(existsSync(`/proc/${agent}/exe`))
      t.false(readFileSync('/proc/mounts', 'utf8').includes(cluster.data))
    } finally {
      await cluster.destroy()
    }
  })
}

test.serial('a way that does not work here is told on the terminal, with the reason', async t => {
  if (isRoot) return void t.pass('every way works for root')
  const cluster = new UserCluster()
  try {
    cluster.launch('--isolation', 'overlay')
    const reason = 'isolation overlay does not work here (not root): leave --isolation out to take the best that does'
    await cluster.until('the reason', () => cluster.output.includes(reason))
    t.regex(cluster.output, /The node's agent ended \(isolation overlay/)
  } finally {
    await cluster.destroy()
  }
})
