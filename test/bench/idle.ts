import { cpuMsOf, memoryOf, startBenchServer, writtenBytesOf } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure } from './figure.ts'

const SETTLE_MS = 5_000
const WATCHED_MS = 20_000

/** Cold start, and what a server at rest costs. */
export const benchmark: Benchmark = async function* () {
  await using server = await startBenchServer()
  yield figure('idle: start of the process -> ready', server.readyMs, 'ms')
  const pid = server.process.pid!
  await pause(SETTLE_MS)
  const before = { cpu: cpuMsOf(pid), written: writtenBytesOf(pid) }
  await pause(WATCHED_MS)
  yield figure('idle: memory of the server (PSS)', memoryOf(pid), 'MB')
  yield figure('idle: CPU', ((cpuMsOf(pid) - before.cpu) / WATCHED_MS) * 100, '% of a core')
  yield figure('idle: written to disk', (writtenBytesOf(pid) - before.written) / (WATCHED_MS / 1000), 'B/s')
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms))
}
