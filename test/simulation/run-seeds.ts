import { fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SeedReport } from './seed-worker.ts'

const WORKER = fileURLToPath(new URL('./seed-worker.ts', import.meta.url))
/** Runs make much that is soon forgotten. */
export const WORKER_ARGUMENTS = [...process.execArgv, '--max-semi-space-size=64']
const PROGRESS_EVERY = 100

/** Runs seeds on several processes, each twice; prints what went wrong. Returns the exit code. */
export async function runSeeds(options: {
  readonly first: number
  readonly count: number
  readonly jobs: number
}): Promise<number> {
  const { first, count } = options
  const startedMs = performance.now()
  let next = first
  let done = 0
  const failed: SeedReport[] = []
  const runner = () =>
    new Promise<void>((resolve, reject) => {
      const worker = fork(WORKER, [], { execArgv: WORKER_ARGUMENTS, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      const give = () => {
        if (next < first + count) worker.send({ seed: next++, twice: true })
        else worker.disconnect()
      }
      worker.on('message', (report: SeedReport) => {
        done += 1
        if (report.violation !== undefined) {
          failed.push(report)
          console.log(formatReport(report))
        }
        if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${count} seeds, ${failed.length} with violations`)
        give()
      })
      worker.on('exit', code => (code === 0 ? resolve() : reject(new Error(`a worker ended with code ${code}`))))
      give()
    })
  await Promise.all(Array.from({ length: Math.min(options.jobs, count) }, runner))
  const seconds = (performance.now() - startedMs) / 1000
  console.log(`${count} seeds in ${seconds.toFixed(1)} s, ${failed.length} with violations`)
  return failed.length === 0 ? 0 : 1
}

function formatReport({ seed, violation, tail }: SeedReport): string {
  const trace = tail.map(line => `    ${line.slice(0, 200)}`).join('\n')
  return `seed ${seed}: ${violation}\n${trace}\n  again: npm run sim -- --seed ${seed}`
}
