import { Application } from '../../api/kinds/gitops/application.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { SyncEngine } from '../engine/sync-engine.ts'
import type { CommitPlan } from '../plan/plan-commit.ts'
import { planCommit } from '../plan/plan-commit.ts'
import { readRolloutRecords } from '../record/read-records.ts'
import type { RolloutRecord } from '../record/rollout-record.ts'

/** What commands ask the running engine for. Rollback, retry and approve go through the API: `requestOperation`. */
export interface Operations {
  /** What a commit (40 digits) would change in the cluster as it is now. Writes nothing. */
  plan(commit: string, signal?: AbortSignal): Promise<CommitPlan>
  /** Finished rollouts of an application, newest first, from the first one on: the store's and the status branch's. */
  history(application: string, limit?: number): Promise<readonly RolloutRecord[]>
}

const HISTORY_MAX = 1_000

export function createOperations(context: SyncContext, engine: SyncEngine): Operations {
  return {
    async plan(commit, signal) {
      const desired = await engine.reader.read(context.git, commit)
      const { items } = await context.client.list(Application)
      const names = new Set([...desired.applications.keys(), ...items.map(({ metadata }) => metadata.name)])
      return planCommit(context, desired, names, signal)
    },
    async history(application, limit = HISTORY_MAX) {
      const records: RolloutRecord[] = []
      for await (const record of readRolloutRecords(context, application)) {
        if (records.length >= Math.min(limit, HISTORY_MAX)) break
        records.push(record)
      }
      return records
    },
  }
}
