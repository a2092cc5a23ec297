import { Application } from '../../api/kinds/gitops/application.ts'
import type { GitRepository, ObjectId } from '../../git/git-repository.ts'
import { DEFAULT_POD_RULES } from '../policy/pod-rules.ts'
import { readGrantsAt } from '../source/read-grants.ts'
import { CLUSTER_APPLICATION } from '../source/source-application.ts'
import { readSourceTree } from '../source/source-reader.ts'
import { observeJump } from './changed-at.ts'
import type { DesiredState, JudgeRules } from './desired-state.ts'
import { buildDesiredState, judgeRules, RenderCache } from './desired-state.ts'
import type { SyncContext } from './sync-context.ts'

export interface DesiredChange {
  /** Applications whose inputs or judgement may differ from before. */
  readonly changed: readonly string[]
  /** Older commits that were never desired by themselves, with the applications they changed. */
  readonly passedOver: ReadonlyMap<ObjectId, readonly string[]>
  /** The branch does not descend from what it was: somebody rewrote it. */
  readonly rewritten: boolean
}

const NOTHING: DesiredChange = { changed: [], passedOver: new Map(), rewritten: false }

/** Reads what `main` wants now into `memory.desired`. Rejects, changing nothing, when the repository cannot be read. */
export class DesiredReader {
  readonly #context: SyncContext
  /** Of commits that are not desired: pushes, proposals. */
  readonly #others = new RenderCache()
  #kindsGeneration = -1

  constructor(context: SyncContext) {
    this.#context = context
  }

  async refresh(): Promise<DesiredChange> {
    const { git, settings, memory, client, sources, owners, rendered } = this.#context
    const tip = await git.readRef(settings.ref)
    // A branch that is gone is not an empty one: what is known stays.
    if (tip === undefined) return NOTHING
    const rules = await this.rules(git, tip)
    const { generation } = client.kinds
    const before = memory.desired
    if (before?.commit === tip && before.rules.digest === rules.digest && generation === this.#kindsGeneration)
      return NOTHING
    const source = await readSourceTree(git, tip, sources)
    const desired = buildDesiredState(source, rules, client.kinds, key => owners.ownerOf(key), rendered)
    const moved = before !== undefined && before.commit !== tip
    const rewritten = moved && !(await isDescendant(git, before.commit, tip))
    const jump = moved ? await observeJump(git, before.commit, tip) : undefined
    const changed = changedApplications(before, desired)
    const passedOver = new Map(jump?.passedOver)
    for (const name of changed) {
      const commit = jump?.changedAt.get(name)
      if (commit === undefined) continue
      const last = memory.changedAt.get(name)
      const neverBegun = memory.begun.get(name) !== before?.applications.get(name)?.inputDigest
      if (last !== undefined && neverBegun) passedOver.set(last, [...(passedOver.get(last) ?? []), name])
      memory.changedAt.set(name, commit)
    }
    rendered.retain(new Set(desired.applications.keys()))
    memory.desired = desired
    this.#kindsGeneration = generation
    return { changed, passedOver, rewritten }
  }

  /**
   * Policies and grants in force: those of the commit that `cluster/` was applied from. Before anything was ever applied
   * there is nothing to protect: the first commit is judged by its own.
   */
  async rules(git: GitRepository, judged: ObjectId): Promise<JudgeRules> {
    const { client, sources } = this.#context
    const { items } = await client.list(Application)
    const cluster = items.find(({ metadata }) => metadata.name === CLUSTER_APPLICATION)
    const isFirst = items.every(({ status }) => status?.applied === undefined)
    const grants = isFirst
      ? await readGrantsAt(git, judged, sources)
      : await readGrantsAt(this.#context.git, cluster?.status?.applied?.commit, sources)
    return judgeRules(grants, DEFAULT_POD_RULES)
  }

  /** What another commit would want, for a push that has not landed or a branch. Changes nothing. */
  async read(git: GitRepository, commit: ObjectId): Promise<DesiredState> {
    const { client, sources, owners, memory } = this.#context
    const source = await readSourceTree(git, commit, sources)
    this.#others.retain(new Set([...source.applications.keys(), ...(memory.desired?.applications.keys() ?? [])]))
    return buildDesiredState(
      source,
      await this.rules(git, commit),
      client.kinds,
      key => owners.ownerOf(key),
      this.#others,
    )
  }
}

async function isDescendant(git: GitRepository, ancestor: ObjectId, tip: ObjectId): Promise<boolean> {
  try {
    return await git.isAncestor(ancestor, tip)
  } catch {
    // The old tip is not even there any more.
    return false
  }
}

function changedApplications(before: DesiredState | undefined, now: DesiredState): readonly string[] {
  if (before === undefined) return [...now.applications.keys()]
  const names = new Set([...before.applications.keys(), ...now.applications.keys()])
  if (before.rules.digest !== now.rules.digest) return [...names]
  return [...names].filter(name => {
    const [old, fresh] = [before.applications.get(name), now.applications.get(name)]
    return old?.inputDigest !== fresh?.inputDigest || old?.problems.length !== fresh?.problems.length
  })
}
