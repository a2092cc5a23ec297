import type { PushGate } from '../../git/push-gate.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { SyncEngine } from '../engine/sync-engine.ts'

/** What the sync engine says to a push. */
export function createPushGate(_context: SyncContext, engine: SyncEngine): PushGate {
  return {
    preReceive: async () => ({ accepted: true }),
    postReceive: async () => engine.refsMayHaveMoved(),
  }
}
