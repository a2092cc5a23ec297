import { schedule } from 'node-cron'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { maintainRepository } from './maintain-repository.ts'
import type { DiskGitRepository } from './open-git-repository.ts'
import { rotatePushesLog } from './pushes-log.ts'

/**
 * Keeps the repository and the log of pushes bounded by the machine's clock: a light pass twice an hour, a full one each
 * night. A pass that fails is logged and made again the next time.
 */
export function startGitMaintenance(options: GitMaintenanceOptions): { stop(): Promise<void> } {
  const { repository, pushesLogPath, clock, log } = options
  let running: Promise<unknown> = Promise.resolve()
  const run = (depth: 'light' | 'full') => {
    running = running
      .then(() => rotatePushesLog(pushesLogPath))
      .then(() => maintainRepository(repository, depth, { clock, log }))
      .catch(error => log.log('warn', 'the repository could not be maintained', { depth, error: String(error) }))
    return running
  }
  const tasks = [
    schedule(LIGHT_TIMES, () => run('light'), { noOverlap: true }),
    schedule(FULL_TIMES, () => run('full'), { noOverlap: true }),
  ]
  return {
    async stop() {
      for (const task of tasks) await task.destroy()
    },
  }
}

export interface GitMaintenanceOptions {
  readonly repository: DiskGitRepository
  readonly pushesLogPath: string
  readonly clock: Clock
  readonly log: Logger
}

const LIGHT_TIMES = '7,37 * * * *'
const FULL_TIMES = '23 3 * * *'
