import { MANIFEST_LIMITS } from '../../api/decode/limits.ts'
import { parseYamlDocuments } from '../../api/decode/yaml.ts'
import { isFinished, Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { Client } from '../../client/client.ts'
import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import { readFileAt, readPath } from '../../git/tree-path.ts'
import type { RolloutRecord } from './rollout-record.ts'
import { parseRecord, recordOf } from './rollout-record.ts'
import { RECORD_BYTES_MAX, rolloutPath, rolloutsPath, STATUS_REF } from './status-paths.ts'

/** Records looked at in one search. */
const RECORDS_READ_MAX = 2_000

/** Finished rollouts of one application, newest first: those still in the outbox, then the status branch. */
export async function* readRolloutRecords(
  { client, git }: { readonly client: Client; readonly git: GitRepository },
  application: string,
): AsyncGenerator<RolloutRecord> {
  const { items } = await client.list(Rollout, { fieldSelector: `spec.application=${application}` })
  const live = new Map(items.filter(isFinished).map(rollout => [rollout.spec.number, recordOf(rollout)]))
  const tree = await readStatusTree(git)
  const written = tree === undefined ? [] : await listRecordedNumbers(git, tree, application)
  const numbers = [...new Set([...live.keys(), ...written])].sort((a, b) => b - a).slice(0, RECORDS_READ_MAX)
  for (const number of numbers) {
    const record =
      live.get(number) ?? (tree === undefined ? undefined : await readRecord(git, tree, application, number))
    if (record !== undefined) yield record
  }
}

/** The tree at the tip of the status branch. */
export async function readStatusTree(git: GitRepository): Promise<ObjectId | undefined> {
  const tip = await git.readRef(STATUS_REF)
  return tip === undefined ? undefined : (await git.readCommit(tip)).tree
}

/** Numbers of the rollouts that the status branch holds, in no order. */
export async function listRecordedNumbers(
  git: GitRepository,
  tree: ObjectId,
  application: string,
): Promise<readonly number[]> {
  const entry = await readPath(git, tree, rolloutsPath(application))
  if (entry?.mode !== '040000') return []
  const names = (await git.readTree(entry.id)).map(({ name }) => /^(\d+)\.yaml$/.exec(name)?.[1])
  return names.filter(name => name !== undefined).map(Number)
}

/** The highest number that the status branch holds for an application, also for one that was removed meanwhile; 0 = none. */
export async function lastRecordedNumber(git: GitRepository, application: string): Promise<number> {
  const tree = await readStatusTree(git)
  return tree === undefined ? 0 : Math.max(0, ...(await listRecordedNumbers(git, tree, application)))
}

async function readRecord(
  git: GitRepository,
  tree: ObjectId,
  application: string,
  number: number,
): Promise<RolloutRecord | undefined> {
  return parseRecord(await readYaml(git, tree, rolloutPath(application, number)))
}

/** The first document of a file of ours; undefined when there is no file. */
export async function readYaml(git: GitRepository, tree: ObjectId, path: string): Promise<unknown> {
  const bytes = await readFileAt(git, tree, path, RECORD_BYTES_MAX)
  if (bytes === undefined) return undefined
  return parseYamlDocuments(bytes, { ...MANIFEST_LIMITS, bytesMax: RECORD_BYTES_MAX })[0]?.value
}
