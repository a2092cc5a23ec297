import type { SyncContext } from '../engine/sync-context.ts'
import type { SyncEngine } from '../engine/sync-engine.ts'

export interface Operations {
  readonly placeholder?: never
}

export function createOperations(_context: SyncContext, _engine: SyncEngine): Operations {
  return {}
}
