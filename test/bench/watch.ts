import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { ObjectWatch } from '../../src/client/client.ts'
import { type BenchServer, cpuMsOf, startBenchServer, whileWatchingOwnLoop } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure, ratePerSecond } from './figure.ts'

const OBJECTS = 5_000
const WATCHERS = 100
const CHANGES = 200

/** What watches cost the server: the first events of one that starts with everything, and one change seen by many. */
export const benchmark: Benchmark = async function* () {
  await using server = await startBenchServer()
  await ratePerSecond(OBJECTS, 32, at => server.client.create(ConfigMap, configMapAt(at)))
  const pid = server.process.pid!
  await server.longestStallMs()
  const startedMs = performance.now()
  const cpuMs = cpuMsOf(pid)
  const first = await whileWatchingOwnLoop(() => watchUntil(server, OBJECTS))
  const events = `first ${OBJECTS} events of a watch`
  yield figure(`watch: ${events}`, performance.now() - startedMs, 'ms')
  yield figure(`watch: ${events}, CPU of the server`, cpuMsOf(pid) - cpuMs, 'ms')
  const stall = await server.longestStallMs()
  yield figure(`watch: ${events}, longest stall of the event loop`, stall, 'ms', ["the client's own", first.stallMs])
  first.result.stop()
  yield* fanOut(server)
}

async function* fanOut(server: BenchServer) {
  const pid = server.process.pid!
  const alone = await changeAll(server, pid, 'alone')
  const seen: Promise<ObjectWatch>[] = []
  for (let at = 0; at < WATCHERS; at++) seen.push(watchUntil(server, CHANGES, 'bench=fan-out'))
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS))
  const before = cpuMsOf(pid)
  await changeAll(server, pid, 'fan-out')
  const handles = await Promise.all(seen)
  const extraMs = cpuMsOf(pid) - before - alone
  for (const handle of handles) handle.stop()
  const name = `watch: CPU for each event delivered, ${CHANGES} changes to ${WATCHERS} watchers`
  yield figure(name, (extraMs * 1000) / (CHANGES * WATCHERS), 'us')
}

const SETTLE_MS = 500

/** Creates `CHANGES` objects; the CPU time that took, in ms. */
async function changeAll({ client }: BenchServer, pid: number, label: string): Promise<number> {
  const before = cpuMsOf(pid)
  await ratePerSecond(CHANGES, 4, at => {
    const object = configMapAt(at)
    const metadata = { ...object.metadata, name: `${label}-${at}`, labels: { bench: label } }
    return client.create(ConfigMap, { ...object, metadata })
  })
  return cpuMsOf(pid) - before
}

/** Resolves when this many objects were told. */
function watchUntil({ client }: BenchServer, count: number, labelSelector?: string): Promise<ObjectWatch> {
  return new Promise((resolve, reject) => {
    let told = 0
    const handle = client.watch(
      ConfigMap,
      { namespace: 'default', ...(labelSelector !== undefined && { labelSelector }) },
      {
        onEvent(event) {
          if (event.type === 'BOOKMARK') return
          told += 1
          if (told === count) resolve(handle)
        },
        onEnd: error => reject(error ?? new Error('the watch ended')),
      },
    )
  })
}

function configMapAt(at: number) {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { namespace: 'default', name: `bench-${at}` },
    data: { text: 'x'.repeat(1_000) },
  }
}
