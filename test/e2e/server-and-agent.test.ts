import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import test from 'ava'
import { Node } from '../../src/api/kinds/core/node.ts'
import { servedKinds } from '../../src/cli/served-kinds.ts'
import { createHttpClient } from '../../src/client/http-client.ts'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { type CommandOutcome, run } from './cluster.ts'

/** The parts as on machines of their own: a server, and agents that have nothing of it but the file made for them. */

const START = join(import.meta.dirname, '../../src/cli/start.js')
const WAIT_MS_MAX = 60_000
const root = mkdtempSync(join(tmpdir(), 'pintle-parts-'))
const data = join(root, 'data')
const started: ChildProcess[] = []

test.after.always(async () => {
  for (const child of started.reverse()) await end(child)
  rmSync(root, { recursive: true, force: true })
})

const pintle = (...args: string[]): Promise<CommandOutcome> => run(process.execPath, [START, ...args], root)

function start(...args: string[]): ChildProcess {
  const child = spawn(process.execPath, [START, ...args], { cwd: root, stdio: ['ignore', 'ignore', 'ignore'] })
  started.push(child)
  return child
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise(resolve => child.once('exit', resolve))
  child.kill('SIGINT')
  await gone
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const endMs = performance.now() + WAIT_MS_MAX
  while (!(await holds())) {
    if (performance.now() > endMs) throw new Error(`waited in vain for: ${what}`)
    await sleep(200)
  }
}

test.serial('two agents join a server by the files that pintle node add wrote', async t => {
  start('server', '--data-dir', data, '--api-address', '0.0.0.0:0', '--http-address', '127.0.0.1:0')
  await until('the server', () => existsSync(join(data, 'ready')))
  for (const name of ['east', 'west']) {
    const added = await pintle('node', 'add', name, '--data-dir', data)
    t.is(added.code, 0, added.text)
    t.regex(added.out, new RegExp(`^Wrote ${root}/${name}.kubeconfig: .*\\n  pintle agent --kubeconfig`))
    t.is(statSync(join(root, `${name}.kubeconfig`)).mode & 0o777, 0o600)
    start('agent', '--kubeconfig', `${name}.kubeconfig`, '--data-dir', join(root, name), '--runtime', 'fake')
  }
  t.notRegex((await loadKubeconfig(join(root, 'east.kubeconfig'))).server, /0\.0\.0\.0/)
  const ranges = ['east', 'west'].map(
    name => /"podCidr": *"([^"]+)"/.exec(readFileSync(join(root, `${name}.kubeconfig`), 'utf8'))?.[1],
  )
  t.is(new Set(ranges).size, 2, `addresses apart: ${ranges}`)
  const access = await loadKubeconfig(join(data, 'kubeconfig'))
  const client = createHttpClient({ access, kinds: servedKinds(), clock: systemClock, random: systemRandom })
  try {
    await until('both nodes to be ready', async () => {
      const ready = (await client.list(Node)).items.filter(node =>
        node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
      )
      return ready.map(node => node.metadata.name).join() === 'east,west'
    })
  } finally {
    client.close()
  }
})

test.serial('what cannot join is told in a sentence', async t => {
  const nobody = await pintle('agent', '--kubeconfig', join(data, 'kubeconfig'), '--data-dir', join(root, 'nobody'))
  t.is(nobody.code, 1)
  t.regex(nobody.text, /is no node's: make one with 'pintle node add', or give --node-name/)
  t.regex((await pintle('node', 'add', 'A B', '--data-dir', data)).text, /takes a node's name, not "A B"/)
  t.regex((await pintle('node', 'add', 'x', '--data-dir', join(root, 'none'))).text, /no server was ever started with/)
})
