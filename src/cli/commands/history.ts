import { Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { connect } from '../connect.ts'
import { findDataDirectory } from '../data-directory.ts'
import { formatData } from '../output/print-data.ts'
import { formatTable } from '../output/print-table.ts'
import { UsageError } from '../usage-error.ts'
import type { LookOptions } from './status.ts'

/** `pintle history [application]`: rollouts, the newest first. */
export async function history(name: string | undefined, options: LookOptions): Promise<void> {
  using connection = await connect(findDataDirectory(options.dataDir))
  const { items } = await connection.client.list(Rollout)
  const rollouts = items
    .filter(rollout => name === undefined || rollout.spec.application === name)
    .toSorted((a, b) => timeOf(b) - timeOf(a) || b.spec.number - a.spec.number)
  if (options.output !== undefined) console.log(formatData(rollouts, options.output))
  else if (rollouts.length > 0)
    console.log(
      formatTable(['ROLLOUT', 'OUTCOME', 'COMMIT', 'CAUSE', 'BY', 'STARTED', 'TOOK', 'CHANGES'], rollouts.map(rowOf)),
    )
  else if (name !== undefined)
    throw new UsageError(`there is no rollout of an application named ${name}; see 'pintle status'`)
  else console.log('No rollouts yet.')
}

function timeOf(rollout: DeepReadonly<Rollout>): number {
  return Date.parse(rollout.status?.startedAt ?? rollout.metadata.creationTimestamp ?? '')
}

function rowOf(rollout: DeepReadonly<Rollout>): string[] {
  const { phase, startedAt, durationMs, summary } = rollout.status ?? {}
  const { commit, cause, requestedBy, pushedBy } = rollout.spec
  return [
    rollout.metadata.name,
    phase ?? 'Pending',
    commit.slice(0, 8),
    cause,
    requestedBy ?? pushedBy ?? '',
    startedAt ?? '',
    durationMs === undefined ? '' : `${(durationMs / 1000).toFixed(1)}s`,
    summary === undefined ? '' : `+${summary.create} ~${summary.change + summary.replace} -${summary.delete}`,
  ]
}
