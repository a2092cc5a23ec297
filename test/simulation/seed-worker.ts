import { runSeed } from './run-seed.ts'

/** Runs the seeds it is sent, one after the other. */

interface SeedRequest {
  readonly seed: number
  /** Run it again and compare the traces. */
  readonly twice: boolean
}

export interface SeedReport {
  readonly seed: number
  readonly violation: string | undefined
  readonly tail: readonly string[]
}

process.on('message', async ({ seed, twice }: SeedRequest) => {
  const result = await runSeed(seed)
  let violation = result.violation?.message
  if (violation === undefined && twice) {
    const again = await runSeed(seed)
    if (again.digest !== result.digest) violation = `two runs differ (${result.steps} and ${again.steps} steps)`
  }
  process.send?.({ seed, violation, tail: violation === undefined ? [] : result.tail } satisfies SeedReport)
})
