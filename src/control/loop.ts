import type { ReconcileContext } from './controller.ts'
import type { LoopMetrics } from './loop-metrics.ts'
import type { SharedInformers } from './shared-informers.ts'
import type { Turns } from './turns.ts'

/**
 * A loop whose work has no single kind to key by (garbage collection looks at all kinds at once). Like a Controller it
 * is started by `startControllers`, with the same context and the same identity rules.
 */
export interface Loop {
  readonly name: string
  /** Never throws; does its work until `stop` has resolved. */
  readonly start: (context: LoopContext) => RunningLoop
}

export interface LoopContext extends ReconcileContext {
  readonly informers: SharedInformers
  readonly turns: Turns
  readonly metrics: LoopMetrics
}

export interface RunningLoop {
  /** Resolves when nothing of the loop is under way any more. */
  stop(): Promise<void>
}
