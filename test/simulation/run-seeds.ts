import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SeedReport } from './seed-worker.ts'

const WORKER = fileURLToPath(new URL('./seed-worker.ts', import.meta.url))
/** Runs make much that is soon forgotten. */
export const WORKER_ARGUMENTS = [...process.execArgv, '--max-semi-space-size=64']
const PROGRESS_EVERY = 100
/** Real time, many times what a seed takes: one that is not done by then waits for something that never comes. */
const SEED_MS = 120_000

interface Seeds {
  readonly first: number
  readonly count: number
  readonly jobs: number
}

/** Runs seeds on several processes, each twice; prints what went wrong. Returns the exit code. */
export async function runSeeds({ first, count, jobs }: Seeds): Promise<number> {
  const startedMs = performance.now()
  let next = first
  let done = 0
  let failed = 0
  const report = (seed: SeedReport) => {
    done += 1
    if (seed.violation !== undefined) {
      failed += 1
      console.log(formatReport(seed))
    }
    if (done % PROGRESS_EVERY === 0) console.log(`${done} of ${count} seeds, ${failed} with violations`)
  }
  const run = async () => {
    let worker: ChildProcess | undefined
    while (next < first + count) {
      worker ??= fork(WORKER, [], { execArgv: WORKER_ARGUMENTS, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
      const seed = await runSeedOn(worker, next++)
      if (seed.isWorkerLost) worker = undefined
      report(seed)
    }
    worker?.disconnect()
  }
  await Promise.all(Array.from({ length: Math.min(jobs, count) }, run))
  const seconds = (performance.now() - startedMs) / 1000
  console.log(`${count} seeds in ${seconds.toFixed(1)} s, ${failed} with violations`)
  return failed === 0 ? 0 : 1
}

/** One seed on a worker; one that dies or never answers is a violation of that seed, and the worker is gone. */
function runSeedOn(worker: ChildProcess, seed: number): Promise<SeedReport & { readonly isWorkerLost: boolean }> {
  return new Promise(resolve => {
    const settle = (report: SeedReport, isWorkerLost: boolean) => {
      clearTimeout(timer)
      worker.off('message', onMessage).off('exit', onExit)
      resolve({ ...report, isWorkerLost })
    }
    const lose = (violation: string) => settle({ seed, violation, tail: [] }, true)
    const onMessage = (report: SeedReport) => settle(report, false)
    const onExit = (code: number | null) => lose(`its process ended with code ${code}`)
    const timer = setTimeout(() => {
      worker.off('exit', onExit).kill('SIGKILL')
      lose(`it never ends: nothing came in ${SEED_MS / 1000} s`)
    }, SEED_MS)
    worker.on('message', onMessage).on('exit', onExit).send({ seed, twice: true })
  })
}

function formatReport({ seed, violation, tail }: SeedReport): string {
  const trace = tail.map(line => `    ${line.slice(0, 200)}`).join('\n')
  return `seed ${seed}: ${violation}\n${trace}\n  again: npm run sim -- --seed ${seed}`
}
