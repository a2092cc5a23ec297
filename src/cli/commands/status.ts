import { Application } from '../../api/kinds/gitops/application.ts'
import { Repository } from '../../api/kinds/gitops/repository.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { formatAge } from '../../api/table/human-duration.ts'
import { systemClock } from '../../lib/system-clock.ts'
import { connect } from '../connect.ts'
import { findDataDirectory } from '../data-directory.ts'
import { paintPhase } from '../output/colors.ts'
import { formatData } from '../output/print-data.ts'
import { formatTable, printable } from '../output/print-table.ts'

export interface LookOptions {
  readonly dataDir?: string
  readonly output?: 'json' | 'yaml'
}

/** `pintle status`: one line an application, then what needs somebody. */
export async function status(options: LookOptions): Promise<void> {
  using connection = await connect(findDataDirectory(options.dataDir))
  const { items } = await connection.client.list(Application)
  const repositories = await connection.client.list(Repository)
  if (options.output !== undefined) {
    console.log(
      formatData({ repositories: repositories.items.map(asShown), applications: items.map(asShown) }, options.output),
    )
    return
  }
  const commit = repositories.items[0]?.status?.commit
  console.log(commit === undefined ? 'Nothing was pushed yet.' : `main is at ${commit.slice(0, 12)}.`)
  for (const problem of repositories.items[0]?.status?.problems ?? []) console.log(`  ${printable(problem)}`)
  if (items.length === 0) return
  console.log()
  console.log(
    paintTable(formatTable(['APPLICATION', 'STATUS', 'ROLLOUT', 'APPLIED', 'AGE', 'MESSAGE'], items.map(rowOf))),
  )
  for (const application of items) printDetails(application)
}

/** Who manages which field is of no use to who looks: kubectl leaves it out as well. */
function asShown<T extends DeepReadonly<Application> | DeepReadonly<Repository>>(object: T): T {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

function rowOf(application: DeepReadonly<Application>): string[] {
  const { name, creationTimestamp } = application.metadata
  const { phase, lastRollout, applied, message } = application.status ?? {}
  return [
    name,
    phase ?? 'Pending',
    lastRollout === undefined ? '' : `${name}-${lastRollout}`,
    applied?.commit.slice(0, 8) ?? '',
    formatAge(creationTimestamp, systemClock.now()),
    message ?? '',
  ]
}

function paintTable(table: string): string {
  return table.replaceAll(
    / (Healthy|Progressing|Pending|Degraded|Failed|Invalid|Held|RolledBack)(?= )/g,
    (_, phase) => ` ${paintPhase(phase)}`,
  )
}

function printDetails(application: DeepReadonly<Application>): void {
  const { reasons = [], held, drift = [], barred = [] } = application.status ?? {}
  const name = application.metadata.name
  const lines = [
    ...reasons,
    ...(held === undefined
      ? []
      : [
          `held: ${held.objects.length} deletes. Release them with: pintle approve ${name} ${held.digest.slice(0, 16)}`,
        ]),
    ...barred.map(
      bar =>
        `barred: the inputs of ${bar.commit.slice(0, 8)} were rolled back. Try them again with: pintle retry ${name}`,
    ),
    ...drift.map(each => `${each.object}: ${driftWords(each.fields)} by ${each.user}, ${each.action}`),
  ]
  if (lines.length > 0) console.log(`\n${name}:\n${lines.map(line => `  ${printable(line)}`).join('\n')}`)
}

function driftWords(fields: readonly string[]): string {
  return fields.length === 1 && fields[0] === 'deleted' ? 'deleted' : `${fields.join(', ')} changed`
}
