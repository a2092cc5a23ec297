import { Agent, request } from 'node:https'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { startBareServer } from './bare-server.ts'
import { type BenchServer, cpuMsOf, startBenchServer, whileWatchingOwnLoop } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure, quantile, ratePerSecond, timeEach } from './figure.ts'
import { ratesInTurns } from './rates-in-turns.ts'
import { openRawSqlite } from './raw-sqlite.ts'

const PODS = 5_000
const ROUNDS = 10
const VALUE = new Uint8Array(1536).fill(120)

/** Creates over HTTPS beside raw SQLite, GET and LIST beside a bare HTTPS server that sends the same bytes. */
export const benchmark: Benchmark = async function* () {
  await using server = await startBenchServer()
  yield* creates(server)
  await ratePerSecond(PODS, 32, at => server.client.create(Pod, podAt(at)))
  yield* reads(server)
}

async function* creates({ client, directory }: BenchServer) {
  const raw = openRawSqlite(directory)
  const create = (at: number) =>
    client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: `bench-${at}` },
      data: { text: 'x'.repeat(1_000) },
    })
  await ratePerSecond(500, 1, at => create(at + 2_000_000))
  const rates = await ratesInTurns([
    { clients: 1, times: 2_000, work: async () => raw.insert(VALUE) },
    { clients: 1, times: 2_000, work: create },
    { clients: 64, times: 6_400, work: at => create(at + 1_000_000) },
  ])
  raw.close()
  const reference = ['raw SQLite, 1 a transaction', rates[0]!] as const
  yield figure('api: creates over HTTPS, 1 client', rates[1]!, '/s', reference)
  yield figure('api: creates over HTTPS, 64 clients', rates[2]!, '/s', reference)
}

async function* reads(server: BenchServer) {
  const access = await loadKubeconfig(`${server.directory}/kubeconfig`)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...tlsOf(access) })
  const fetch = (base: string, path: string) => download(`${base}${path}`, agent)
  const listPath = '/api/v1/namespaces/default/pods'
  const onePath = `${listPath}/pod-7`
  const answers = new Map<string, Buffer>()
  for (const path of [onePath, listPath]) answers.set(path, await fetch(access.server, path))
  const bare = await startBareServer(server.directory, answers)
  for (const [name, path, times] of [
    ['GET of a pod', onePath, 3_000],
    [`LIST of ${PODS} pods`, listPath, 30],
  ] as const) {
    const own = { pid: server.process.pid!, run: () => fetch(access.server, path) }
    const floor = { pid: bare.pid, run: () => fetch(bare.address, path) }
    await timeEach(times / ROUNDS, own.run)
    await timeEach(times / ROUNDS, floor.run)
    await server.longestStallMs()
    const { result, stallMs } = await whileWatchingOwnLoop(() => inTurns(times, own, floor))
    for (const fraction of [0.5, 0.99]) {
      const reference = ['bare https server', quantile(result.floor, fraction)] as const
      yield figure(`api: ${name}, p${fraction * 100}`, quantile(result.own, fraction), 'ms', reference)
    }
    yield figure(`api: ${name}, CPU`, result.ownCpuMs / times, 'ms', ['bare https server', result.floorCpuMs / times])
    const stall = await server.longestStallMs()
    yield figure(`api: ${name}, longest stall of the event loop`, stall, 'ms', ["the client's own", stallMs])
  }
  agent.destroy()
  bare.close()
}

interface Served {
  readonly pid: number
  readonly run: () => Promise<unknown>
}

/** So that both see the same machine. */
async function inTurns(times: number, own: Served, floor: Served) {
  const samples = { own: [] as number[], floor: [] as number[] }
  const before = { own: cpuMsOf(own.pid), floor: cpuMsOf(floor.pid) }
  for (let round = 0; round < ROUNDS; round++) {
    samples.own.push(...(await timeEach(times / ROUNDS, own.run)))
    samples.floor.push(...(await timeEach(times / ROUNDS, floor.run)))
  }
  return { ...samples, ownCpuMs: cpuMsOf(own.pid) - before.own, floorCpuMs: cpuMsOf(floor.pid) - before.floor }
}

function podAt(at: number) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name: `pod-${at}`, labels: { app: `app-${at % 50}` } },
    // No such scheduler: the pods stay as they are.
    spec: { schedulerName: 'none', containers: [{ name: 'main', image: 'example', command: ['run'] }] },
  } as const
}

interface Tls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

function tlsOf({ ca, certificate, key }: { ca?: string; certificate?: string; key?: string }): Tls {
  return { ...(ca && { ca }), ...(certificate && { cert: certificate }), ...(key && { key }) }
}

function download(address: string, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request(address, { agent }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks)))
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}
