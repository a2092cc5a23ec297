import type { Client, Identity } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import { Scheduler } from './scheduler.ts'

export interface StartSchedulerOptions {
  /** As `schedulerIdentity`; under leader election one that carries the fence. */
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Only pods with this `spec.schedulerName` are placed; `default-scheduler` when left out. */
  readonly schedulerName?: string
}

export const schedulerIdentity: Identity = {
  user: 'system:kube-scheduler',
  groups: ['system:controllers', 'system:authenticated'],
}

const DEFAULT_SCHEDULER_NAME = 'default-scheduler'

/** Places pods until stopped. After `stop` resolves it writes nothing any more. */
export function startScheduler(options: StartSchedulerOptions): { stop(): Promise<void> } {
  const scheduler = new Scheduler({ schedulerName: DEFAULT_SCHEDULER_NAME, ...options })
  scheduler.start()
  return { stop: () => scheduler.stop() }
}
