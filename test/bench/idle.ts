import type { BenchServer } from './bench-server.ts'
import { cpuMsOf, memoryOf, startBenchServer, writtenBytesOf } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure } from './figure.ts'

const SETTLE_MS = 5_000
const WATCHED_MS = 20_000

/** Cold start, and what `pintle up` at rest costs, with a node that pretends and one that runs processes. */
export const benchmark: Benchmark = async function* () {
  for (const runtime of ['fake', 'process']) {
    await using server = await startBenchServer(['up', '--runtime', runtime])
    yield figure(`idle: start of the process -> ready, ${runtime}`, server.readyMs, 'ms')
    yield* costAtRest(server, runtime)
  }
}

async function* costAtRest(server: BenchServer, runtime: string) {
  await pause(SETTLE_MS)
  const pids = { server: server.process.pid!, agent: server.agentPid()! }
  const before = { server: spentBy(pids.server), agent: spentBy(pids.agent) }
  await pause(WATCHED_MS)
  const total = { memory: 0, cpu: 0, written: 0 }
  for (const part of ['server', 'agent'] as const) {
    const spent = spentBy(pids[part])
    const memory = memoryOf(pids[part])
    const cpu = ((spent.cpuMs - before[part].cpuMs) / WATCHED_MS) * 100
    total.memory += memory
    total.cpu += cpu
    total.written += (spent.writtenBytes - before[part].writtenBytes) / (WATCHED_MS / 1000)
    yield figure(`idle: memory of the ${part} (PSS), ${runtime}`, memory, 'MB')
    yield figure(`idle: CPU of the ${part}, ${runtime}`, cpu, '% of a core')
  }
  yield figure(`idle: memory together, ${runtime}`, total.memory, 'MB')
  yield figure(`idle: CPU together, ${runtime}`, total.cpu, '% of a core')
  yield figure(`idle: written to disk, ${runtime}`, total.written, 'B/s')
}

function spentBy(pid: number) {
  return { cpuMs: cpuMsOf(pid), writtenBytes: writtenBytesOf(pid) }
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
