import { Application } from '../../api/kinds/gitops/application.ts'
import { Repository } from '../../api/kinds/gitops/repository.ts'
import { isFinished, Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { parseTime } from '../../lib/clock.ts'
import { connect } from '../connect.ts'
import type { DataDirectory } from '../data-directory.ts'
import { findDataDirectory } from '../data-directory.ts'
import { printable } from '../output/print-table.ts'
import { isAncestor, resolveCommit } from '../resolve-commit.ts'
import { UsageError } from '../usage-error.ts'

const LOOK_AGAIN_MS = 300
const RECORDING_MS_MAX = 10_000
const UNDER_WAY = new Set(['Pending', 'Progressing'])

interface Outcome {
  readonly application: string
  readonly phase: string
  readonly message: string
}

/** `pintle wait <commit>`: exit code 0 healthy, 1 not, 3 held. */
export async function wait(
  ref: string,
  options: { readonly dataDir?: string; readonly timeout: string },
): Promise<void> {
  const directory = findDataDirectory(options.dataDir)
  const timeoutMs = Number(options.timeout) * 1000
  if (!(timeoutMs > 0)) throw new UsageError(`--timeout takes seconds, not ${JSON.stringify(options.timeout)}`)
  using connection = await connect(directory)
  const commit = await resolveCommit(directory, ref)
  const outcomes = await outcomesOf(connection.client, directory, commit, timeoutMs)
  for (const { application, phase, message } of outcomes)
    console.log(`${application}: ${phase} ${printable(message)}`.trimEnd())
  if (outcomes.length === 0) console.log(`${commit.slice(0, 12)} changes no application.`)
  if (outcomes.some(({ phase }) => phase === 'Held')) process.exitCode = 3
  else if (outcomes.some(({ phase }) => phase !== 'Healthy' && phase !== 'Superseded')) process.exitCode = 1
}

async function outcomesOf(
  client: Client,
  directory: DataDirectory,
  commit: string,
  timeoutMs: number,
): Promise<Outcome[]> {
  for (let waitedMs = 0; waitedMs < timeoutMs; waitedMs += LOOK_AGAIN_MS) {
    const outcomes = await look(client, directory, commit)
    if (outcomes !== undefined) return outcomes
    await new Promise(resolve => setTimeout(resolve, LOOK_AGAIN_MS))
  }
  throw new UsageError(`${commit.slice(0, 12)} is not rolled out after ${timeoutMs / 1000} s; see 'pintle status'`)
}

/** Undefined while the commit is not read, or anything it touched is under way. */
async function look(client: Client, directory: DataDirectory, commit: string): Promise<Outcome[] | undefined> {
  const [repository] = (await client.list(Repository)).items
  const observed = repository?.status?.commit
  if (observed === undefined || (observed !== commit && !(await isAncestor(directory, commit, observed))))
    return undefined
  const rollouts = (await client.list(Rollout)).items.filter(rollout => rollout.spec.commit === commit)
  const applications = (await client.list(Application)).items.filter(each => each.status?.desired?.commit === commit)
  if (rollouts.some(rollout => !isFinished(rollout) || isBeingRecorded(rollout))) return undefined
  const all = new Map((await client.list(Application)).items.map(each => [each.metadata.name, each]))
  if (applications.some(each => UNDER_WAY.has(each.status?.phase ?? 'Pending') && !isBlocked(each, all)))
    return undefined
  const outcomes = new Map<string, Outcome>()
  for (const { spec, status } of rollouts) {
    outcomes.set(spec.application, {
      application: spec.application,
      phase: status?.phase ?? '',
      message: status?.message ?? '',
    })
  }
  for (const { metadata, status } of applications) {
    outcomes.set(metadata.name, {
      application: metadata.name,
      phase: status?.phase ?? '',
      message: status?.message ?? '',
    })
  }
  return [...outcomes.values()].toSorted((a, b) => (a.application < b.application ? -1 : 1))
}

/** It waits for one that needs somebody: that has no end to wait for. */
function isBlocked(
  { spec, status }: DeepReadonly<Application>,
  all: ReadonlyMap<string, DeepReadonly<Application>>,
): boolean {
  if (status?.phase !== 'Pending') return false
  return (spec.dependsOn ?? []).some(name => {
    const { phase = 'Pending', attempted, desired } = all.get(name)?.status ?? {}
    return phase !== 'Healthy' && !UNDER_WAY.has(phase) && attempted?.inputDigest === desired?.inputDigest
  })
}

/** Its status commit is a moment away: whoever fetches after waiting should find it. */
function isBeingRecorded({ status }: DeepReadonly<Rollout>): boolean {
  const finishedMs = parseTime(status?.finishedAt)
  return status?.recorded === undefined && finishedMs !== undefined && Date.now() - finishedMs < RECORDING_MS_MAX
}
