// Loaded into a measured server by `--import`: on SIGUSR2 it writes the longest stall of the event loop since the last
// time, in milliseconds, to the file named by PINTLE_BENCH_LOOP.
import { renameSync, writeFileSync } from 'node:fs'
import { monitorEventLoopDelay } from 'node:perf_hooks'
import { isMainThread } from 'node:worker_threads'

const RESOLUTION_MS = 1
const path = process.env.PINTLE_BENCH_LOOP
if (isMainThread && path !== undefined) {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS })
  delay.enable()
  process.on('SIGUSR2', () => {
    writeFileSync(`${path}.new`, String(Math.max(0, delay.max / 1e6 - RESOLUTION_MS)))
    renameSync(`${path}.new`, path)
    delay.reset()
  })
}
