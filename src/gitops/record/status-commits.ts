import { formatDuration } from '../../api/kinds/gitops/duration.ts'
import type { GitRepository, ObjectId, RefUpdate, Signature } from '../../git/git-repository.ts'
import { RefConflict } from '../../git/git-repository.ts'
import { KEEP_REF_PREFIX } from '../../git/ref-name.ts'
import type { Trailers } from '../../git/trailers.ts'
import { formatTrailers } from '../../git/trailers.ts'
import { readPath } from '../../git/tree-path.ts'
import type { FileChange } from '../../git/write-files.ts'
import { writeFiles } from '../../git/write-files.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import { formatApplicationRecord, formatInventoryRecord } from './application-record.ts'
import { formatReadme } from './readme.ts'
import type { RolloutRecord } from './rollout-record.ts'
import { formatRecord } from './rollout-record.ts'
import { DEPLOYED_REF_PREFIX, inventoryPath, rolloutPath, STATUS_REF, statusPath } from './status-paths.ts'

export interface StatusBatch {
  /** Outcomes in the order they happened; one commit each. */
  readonly records: readonly RolloutRecord[]
  /** Applications whose state changed without a rollout; one commit for all. */
  readonly transitions: readonly string[]
  /** All applications as they are, by name. */
  readonly applications: ReadonlyMap<string, LiveApplication>
}

export interface StatusCommits {
  /** The commit that holds each record, by the rollout's name. */
  readonly commitOf: ReadonlyMap<string, ObjectId>
}

const ATTEMPTS_MAX = 10
const encoder = new TextEncoder()

/**
 * Writes outcomes to the status branch, keeps their commits, and moves `pintle/deployed/<app>`, all in one atomic update
 * of refs. A record that is there already (its commit was made, and then the engine died) is not written again.
 */
export async function writeStatusCommits(
  git: GitRepository,
  batch: StatusBatch,
  author: Signature,
): Promise<StatusCommits> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await new BatchWriter(git, batch, author).write()
    } catch (error) {
      if (!(error instanceof RefConflict) || attempt >= ATTEMPTS_MAX) throw error
    }
  }
}

class BatchWriter {
  readonly #git: GitRepository
  readonly #batch: StatusBatch
  readonly #author: Signature
  readonly #commitOf = new Map<string, ObjectId>()
  readonly #updates = new Map<string, RefUpdate>()
  #tip: ObjectId | undefined
  #tree: ObjectId | undefined

  constructor(git: GitRepository, batch: StatusBatch, author: Signature) {
    this.#git = git
    this.#batch = batch
    this.#author = author
  }

  async write(): Promise<StatusCommits> {
    const first = await this.#git.readRef(STATUS_REF)
    this.#tip = first
    this.#tree = first === undefined ? undefined : (await this.#git.readCommit(first)).tree
    const { records, transitions } = this.#batch
    for (const [index, record] of records.entries()) {
      const isLast = index === records.length - 1 && transitions.length === 0
      await this.#addRecord(record, isLast)
    }
    if (transitions.length > 0) await this.#addTransitions(transitions)
    if (this.#tip !== undefined && this.#tip !== first) {
      this.#updates.set(STATUS_REF, { ref: STATUS_REF, expected: first ?? null, target: this.#tip })
    }
    if (this.#updates.size > 0) await this.#git.updateRefs([...this.#updates.values()], 'record outcomes')
    return { commitOf: this.#commitOf }
  }

  async #addRecord(record: RolloutRecord, isLast: boolean): Promise<void> {
    const path = rolloutPath(record.application, record.number)
    const known = this.#tree === undefined ? undefined : await readPath(this.#git, this.#tree, path)
    if (known !== undefined && this.#tip !== undefined) this.#commitOf.set(record.name, this.#tip)
    else {
      const changes = new Map<string, FileChange>([[path, encoder.encode(formatRecord(record))]])
      this.#addApplication(record.application, changes)
      if (isLast) this.#addReadme(changes)
      this.#commitOf.set(record.name, await this.#commit(changes, recordMessage(record)))
    }
    await this.#moveRefs(record)
  }

  async #addTransitions(names: readonly string[]): Promise<void> {
    const changes = new Map<string, FileChange>()
    for (const name of names) this.#addApplication(name, changes)
    this.#addReadme(changes)
    const tree = await writeFiles(this.#git, this.#tree, changes)
    if (tree !== this.#tree) await this.#commitTree(tree, transitionMessage(names, this.#batch.applications))
  }

  #addApplication(name: string, changes: Map<string, FileChange>): void {
    const live = this.#batch.applications.get(name)
    // A removed application keeps its rollouts, and nothing that looks like a state.
    changes.set(statusPath(name), live === undefined ? null : encoder.encode(formatApplicationRecord(live)))
    changes.set(inventoryPath(name), live === undefined ? null : encoder.encode(formatInventoryRecord(live)))
  }

  #addReadme(changes: Map<string, FileChange>): void {
    changes.set('README.md', encoder.encode(formatReadme([...this.#batch.applications.values()])))
  }

  async #commit(changes: ReadonlyMap<string, FileChange>, message: string): Promise<ObjectId> {
    return this.#commitTree(await writeFiles(this.#git, this.#tree, changes), message)
  }

  async #commitTree(tree: ObjectId, message: string): Promise<ObjectId> {
    const parents = this.#tip === undefined ? [] : [this.#tip]
    this.#tip = await this.#git.writeCommit({ tree, parents, author: this.#author, message })
    this.#tree = tree
    return this.#tip
  }

  async #moveRefs({ application, commit, outcome }: RolloutRecord): Promise<void> {
    const keep = `${KEEP_REF_PREFIX}${commit}`
    if ((await this.#git.readRef(keep)) === undefined)
      this.#updates.set(keep, { ref: keep, expected: null, target: commit })
    if (outcome !== 'Healthy') return
    const ref = `${DEPLOYED_REF_PREFIX}${application}`
    const before = await this.#git.readRef(ref)
    if (before !== commit) this.#updates.set(ref, { ref, expected: before ?? null, target: commit })
    else this.#updates.delete(ref)
  }
}

function recordMessage(record: RolloutRecord): string {
  const { name, outcome, message, reasons } = record
  const body = reasons.slice(0, 10).map(reason => `- ${reason}`)
  const text = [`${name}: ${outcome}`, '', message, ...(body.length > 0 ? ['', ...body] : [])].join('\n')
  return formatTrailers(text, recordTrailers(record))
}

function recordTrailers(record: RolloutRecord): Trailers {
  return [
    ['Application', record.application],
    ['Rollout', record.name],
    ['Desired-Commit', record.commit],
    ['Outcome', record.outcome],
    ['Duration', formatDuration(record.durationMs)],
    ['Pushed-By', record.pushedBy ?? 'unknown'],
    ...(record.requestedBy === undefined ? [] : [['Requested-By', record.requestedBy] as const]),
  ]
}

const TRANSITIONS_NAMED_MAX = 20

function transitionMessage(names: readonly string[], applications: ReadonlyMap<string, LiveApplication>): string {
  const phaseOf = (name: string) => {
    const live = applications.get(name)
    return live === undefined ? 'Removed' : (live.status?.phase ?? 'Pending')
  }
  const [first = ''] = names
  const title = names.length === 1 ? `${first}: ${phaseOf(first)}` : `${names.length} applications changed`
  const named = names.slice(0, TRANSITIONS_NAMED_MAX)
  const lines = named.map(name => `- ${name}: ${applications.get(name)?.status?.message ?? phaseOf(name)}`)
  return formatTrailers(
    [title, '', ...lines].join('\n'),
    named.map(name => ['Application', name] as const),
  )
}
