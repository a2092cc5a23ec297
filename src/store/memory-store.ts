import { volatileJournal } from './journal.ts'
import type { HistoryLimits } from './journaled-store.ts'
import { JournaledStore } from './journaled-store.ts'
import type { Store } from './store.ts'

/** A store that lives and dies with its process: for tests, simulation and short-lived kinds. */
export function createMemoryStore(
  options: { readonly initialRevision?: number; readonly history?: HistoryLimits } = {},
): Promise<Store> {
  return JournaledStore.open(volatileJournal(options.initialRevision), options.history)
}
