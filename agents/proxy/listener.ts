import type { Clock } from '../../src/lib/clock.ts'
import type { ConnectionBudget } from './connection-budget.ts'
import type { WantedListener } from './plan.ts'

/** An open address of a Service. */
export interface Listener {
  /** The port it really listens on. */
  readonly port: number
  /** New endpoints, for new connections. */
  update(wanted: WantedListener): void
  close(): Promise<void>
}

export interface ListenerOptions {
  readonly clock: Clock
  /** Instead of the wanted one; 0 = any free one. */
  readonly port?: number
  /** Of connections, shared by all listeners; unbounded when left out. */
  readonly budget?: ConnectionBudget
}
