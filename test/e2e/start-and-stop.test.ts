import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { UserCluster } from './cluster.ts'

/** Starting, starting again, and what each way of stopping leaves behind. */

const cluster = new UserCluster()
test.after.always(() => cluster.destroy())

test.serial('the first start brings both applications to Healthy and says what to do next', async t => {
  await cluster.up('--template')
  t.deepEqual(await cluster.phases(), { cluster: 'Healthy', greeter: 'Healthy', hello: 'Healthy' })
  for (const line of ['git clone', 'status', 'kubectl --kubeconfig', '/login?code=', 'git/cluster.git']) {
    t.true(cluster.output.includes(line), line)
  }
  t.true(cluster.output.split('\n').length < 30, cluster.output)
  t.is(await opensPage(cluster.output), 200)
})

/** Follows the printed address as a browser does. */
async function opensPage(output: string): Promise<number> {
  const address = /http:\S+login\?code=\S+/.exec(output)?.[0] ?? ''
  const login = await fetch(address, { redirect: 'manual' })
  const cookie = login.headers.get('set-cookie')?.split(';')[0] ?? ''
  const page = await fetch(new URL(login.headers.get('location') ?? '/', address), { headers: { cookie } })
  return page.status
}

test.serial('a second server on the same directory is refused with a sentence', async t => {
  const { code, text } = await cluster.pintle('up', '--runtime', 'process')
  t.is(code, 1)
  t.regex(text, /^pintle: the data directory \S+ is in use by a server with process id \d+\. .*pintle down.*\n$/)
})

test.serial('SIGTERM leaves pods and agent; the next start takes them over, on the same ports', async t => {
  const before = await cluster.containerIds('hello', 'hello')
  const [ports, agent] = [cluster.ports(), cluster.agentPid()]
  t.is(await cluster.end('SIGTERM'), 0)
  t.regex(cluster.output, /[Pp]ods go on/)
  t.true(processesOf(cluster).length > 0)
  t.false(existsSync(join(cluster.data, 'ready')))
  t.is((await cluster.pintle('status')).code, 1)
  await cluster.up()
  t.is(cluster.agentPid(), agent)
  t.deepEqual(pick(cluster.ports()), pick(ports))
  t.deepEqual(await cluster.containerIds('hello', 'hello'), before)
  t.deepEqual(await cluster.phases(), { cluster: 'Healthy', greeter: 'Healthy', hello: 'Healthy' })
})

function pick({ apiPort, httpPort }: { apiPort: number; httpPort: number }) {
  return { apiPort, httpPort }
}

test.serial('a closed terminal leaves pods too', async t => {
  t.is(await cluster.end('SIGHUP'), 0)
  t.true(processesOf(cluster).length > 0)
  await cluster.up()
})

test.serial('Ctrl-C stops everything and leaves nothing on the machine', async t => {
  t.is(await cluster.end('SIGINT'), 0)
  assertNothingLeft(t, cluster)
})

test.serial('what was stopped by Ctrl-C is as it was after the next start', async t => {
  await cluster.up()
  t.deepEqual(await cluster.phases(), { cluster: 'Healthy', greeter: 'Healthy', hello: 'Healthy' })
  const address = await cluster.serviceAddress('hello', 'hello')
  await cluster.until('the page', () => isServed(address), 20_000)
})

function isServed(address: string): Promise<boolean> {
  return fetch(address).then(
    ({ ok }) => ok,
    () => false,
  )
}

test.serial('a second Ctrl-C ends at once; pintle down cleans up after it', async t => {
  const ended = cluster.end('SIGINT')
  await cluster.until('the farewell', () => cluster.output.includes('Ctrl-C again ends at once'))
  // Sooner, it would pass for the same key told twice.
  await new Promise(resolve => setTimeout(resolve, 700))
  const startedMs = performance.now()
  cluster.process?.kill('SIGINT')
  t.is(await ended, 130)
  t.true(performance.now() - startedMs < 1_000)
  t.is((await cluster.pintle('down')).code, 0)
  assertNothingLeft(t, cluster)
  await cluster.up()
  const address = await cluster.serviceAddress('hello', 'hello')
  await cluster.until('the page', () => isServed(address), 20_000)
})

test.serial('pintle down stops it from elsewhere, also when the agent was killed', async t => {
  const server = cluster.process
  await cluster.end('SIGKILL')
  process.kill(cluster.agentPid(), 'SIGKILL')
  t.not(server?.signalCode, null)
  const { code, text } = await cluster.pintle('down')
  t.is(code, 0)
  t.is(text, 'Stopped.\n')
  assertNothingLeft(t, cluster)
  t.regex((await cluster.pintle('down')).text, /^Nothing runs for /)
})

test.serial('a standard port that is taken moves to the next free one, and stays there', async t => {
  const other = createServer()
  // When somebody else has it, it is taken as well.
  await new Promise<void>(resolve => other.once('error', () => resolve()).listen(6443, '127.0.0.1', resolve))
  const standard = new UserCluster({ anyPort: false })
  t.teardown(() => standard.destroy())
  await standard.up('--runtime', 'fake')
  const ports = pick(standard.ports())
  t.true(ports.apiPort > 6443 && ports.apiPort < 6543)
  t.true(standard.output.includes(`API at https://127.0.0.1:${ports.apiPort}`))
  await standard.end('SIGINT')
  other.close()
  await standard.up('--runtime', 'fake')
  t.deepEqual(pick(standard.ports()), ports)
})

test.serial('a taken port that was given by hand is a sentence', async t => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  const refused = await cluster.pintle('up', '--api-address', `127.0.0.1:${port}`)
  t.is(refused.code, 1)
  t.regex(refused.text, new RegExp(`^pintle: port ${port} on 127.0.0.1 \\(--api-address\\) is taken`))
  other.close()
  assertNothingLeft(t, cluster)
})

test.serial('pintle down --purge removes the data directory', async t => {
  await cluster.up()
  const gone = new Promise(resolve => cluster.process?.once('exit', resolve))
  const { code, text } = await cluster.pintle('down', '--purge')
  await gone
  t.is(code, 0)
  t.regex(text, /^Stopped\.\nRemoved /)
  t.false(existsSync(cluster.data))
  assertNothingLeft(t, cluster)
})

/** Processes of this cluster: its directory stands in their arguments, or they hold a file of it. */
function processesOf({ data }: UserCluster): string[] {
  return readdirSync('/proc').flatMap(pid => {
    try {
      const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
      return Number(pid) > 0 && line.includes(data) ? [`${pid} ${line}`] : []
    } catch {
      return []
    }
  })
}

function assertNothingLeft(
  t: { deepEqual(a: unknown, b: unknown): unknown; false(a: boolean): unknown },
  each: UserCluster,
) {
  t.deepEqual(processesOf(each), [])
  t.deepEqual(
    readFileSync('/proc/mounts', 'utf8')
      .split('\n')
      .filter(line => line.includes(each.data)),
    [],
  )
  t.false(existsSync(join(each.data, 'pintle.sock')))
  t.false(existsSync(join(each.data, 'ready')))
  t.deepEqual(addressesOf(each), [])
}

function addressesOf(each: UserCluster): string[] {
  const prefix = each.servicePrefix
  const shown = execFileSync('ip', ['-o', '-4', 'address', 'show', 'dev', 'lo'], { encoding: 'utf8' })
  return shown.split('\n').filter(line => prefix.startsWith('10.') && line.includes(prefix))
}
