import { Application } from '../../api/kinds/gitops/application.ts'
import { isFinished, Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { Client } from '../../client/client.ts'
import type { RolloutRecord } from '../../gitops/record/rollout-record.ts'
import { connect } from '../connect.ts'
import type { DataDirectory } from '../data-directory.ts'
import { findDataDirectory } from '../data-directory.ts'
import { formatData } from '../output/print-data.ts'
import { formatTable } from '../output/print-table.ts'
import { requestJson } from '../request-json.ts'
import { UsageError } from '../usage-error.ts'
import type { LookOptions } from './status.ts'

/** `pintle history [application]`: finished rollouts, the newest first, and the one under way. */
export async function history(name: string | undefined, options: LookOptions): Promise<void> {
  const directory = findDataDirectory(options.dataDir)
  using connection = await connect(directory)
  const names = name === undefined ? await applicationNames(connection.client) : [name]
  const records = (await Promise.all(names.map(each => recordsOf(directory, each)))).flat()
  const sorted = records.toSorted((a, b) => ((a.finishedAt ?? '') < (b.finishedAt ?? '') ? 1 : -1))
  if (options.output !== undefined) return console.log(formatData(sorted, options.output))
  const rows = [...(await underWay(connection.client, name)), ...sorted.map(rowOf)]
  if (rows.length > 0)
    console.log(formatTable(['ROLLOUT', 'OUTCOME', 'COMMIT', 'CAUSE', 'BY', 'FINISHED', 'TOOK', 'CHANGES'], rows))
  else if (name === undefined) console.log('No rollouts yet.')
  else throw new UsageError(`there is no rollout of an application named ${name}; see 'pintle status'`)
}

function recordsOf(directory: DataDirectory, name: string): Promise<readonly RolloutRecord[]> {
  return requestJson(directory, 'GET', `/pintle/v1/history?application=${encodeURIComponent(name)}`)
}

async function applicationNames(client: Client): Promise<string[]> {
  return (await client.list(Application)).items.map(({ metadata }) => metadata.name)
}

async function underWay(client: Client, name: string | undefined): Promise<string[][]> {
  const { items } = await client.list(Rollout)
  return items
    .filter(rollout => !isFinished(rollout) && (name === undefined || rollout.spec.application === name))
    .map(({ metadata, spec, status }) => [
      metadata.name,
      status?.phase ?? 'Pending',
      spec.commit.slice(0, 8),
      spec.cause,
      spec.requestedBy ?? spec.pushedBy ?? '',
      '',
      '',
      '',
    ])
}

function rowOf(record: RolloutRecord): string[] {
  const { summary } = record
  return [
    record.name,
    record.outcome,
    record.commit.slice(0, 8),
    record.cause,
    record.requestedBy ?? record.pushedBy ?? '',
    record.finishedAt ?? '',
    `${(record.durationMs / 1000).toFixed(1)}s`,
    summary === undefined ? '' : `+${summary.create} ~${summary.change + summary.replace} -${summary.delete}`,
  ]
}
