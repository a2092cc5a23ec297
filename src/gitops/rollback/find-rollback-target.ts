import type { ApplicationStatus } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { readRolloutRecords } from '../record/read-records.ts'
import type { RolloutRecord } from '../record/rollout-record.ts'

/**
 * The rollout to go back to: the newest one that became Healthy with other inputs than the present ones, and whose
 * inputs are not barred. With `to` exactly that one, whatever its outcome.
 */
export async function findRollbackTarget(
  context: Pick<SyncContext, 'client' | 'git'>,
  application: string,
  status: DeepReadonly<ApplicationStatus>,
  presentDigest: string,
  to?: number,
): Promise<RolloutRecord | undefined> {
  const barred = new Set(status.barred?.map(bar => bar.inputDigest))
  for await (const record of readRolloutRecords(context, application)) {
    if (to !== undefined) {
      if (record.number === to) return record
      continue
    }
    const isOther = record.inputDigest !== presentDigest && !barred.has(record.inputDigest)
    if (isOther && record.outcome === 'Healthy' && record.inputs.length > 0) return record
  }
  return undefined
}
