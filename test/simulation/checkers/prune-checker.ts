import type { Kind } from '../../../src/api/kind.ts'
import type { Application } from '../../../src/api/kinds/gitops/application.ts'
import type { Rollout } from '../../../src/api/kinds/gitops/rollout.ts'
import { isFinished } from '../../../src/api/kinds/gitops/rollout.ts'
import type { ObjectKey } from '../../../src/api/object.ts'
import { SYNC_IDENTITY } from '../../../src/gitops/engine/sync-identity.ts'
import type { RepositoryModel } from '../actors/repository-model.ts'
import { wantedObjects } from '../actors/repository-state.ts'
import { Violation } from '../world/violation.ts'
import type { VisibleChange } from './store-checker.ts'
import { storedObject } from './stored-object.ts'

const APPLICATIONS = '/pintle/gitops.pintle.dev/applications/'
const ROLLOUTS = '/pintle/gitops.pintle.dev/rollouts/'
const JUDGED_KINDS: ReadonlySet<string> = new Set(['deployments', 'configmaps'])

interface Prune {
  readonly object: string
  readonly application: string
  readonly rollout: Rollout | undefined
  readonly isBeforeFirstPass: boolean
}

/**
 * Judges each delete of the sync engine by the commit of the rollout that is under way: nothing that this commit still
 * has, that could not be read in it, or that no commit ever had; and nothing at all before the first rollout after the
 * store was lost.
 */
export class PruneChecker {
  readonly #model: RepositoryModel
  readonly #report: (violation: Violation) => void
  readonly #applications = new Map<string, Application>()
  readonly #rollouts = new Map<string, Rollout>()
  readonly #asked: Prune[] = []
  /** Everything that any commit wanted. */
  readonly #everWanted = new Set<string>()
  /** Applications that have been applied since the store was lost; undefined while it never was. */
  #applied: Set<string> | undefined

  constructor(model: RepositoryModel, report: (violation: Violation) => void) {
    this.#model = model
    this.#report = report
  }

  /** The store was lost. */
  forget(): void {
    this.#applications.clear()
    this.#rollouts.clear()
    this.#applied = new Set()
  }

  /** The store was replaced by an older copy: what it has was applied once. */
  replaced(): void {
    this.#applications.clear()
    this.#rollouts.clear()
  }

  see({ key, after }: VisibleChange): void {
    if (key.startsWith(APPLICATIONS)) keep(this.#applications, key, storedObject(after) as Application | undefined)
    if (!key.startsWith(ROLLOUTS)) return
    const rollout = storedObject(after) as Rollout | undefined
    keep(this.#rollouts, key, rollout)
    if (rollout !== undefined && (rollout.status?.phase === 'Waiting' || isFinished(rollout)))
      this.#applied?.add(rollout.spec.application)
  }

  onDelete(user: string, kind: Kind, { namespace = '', name }: ObjectKey): void {
    if (user !== SYNC_IDENTITY.user || !JUDGED_KINDS.has(kind.plural)) return
    const running = this.#applications.get(`${APPLICATIONS}${namespace}`)?.status?.rollout
    this.#asked.push({
      object: `${kind.plural} ${namespace}/${name}`,
      application: namespace,
      rollout: this.#rollouts.get(`${ROLLOUTS}${running}`),
      isBeforeFirstPass: this.#applied !== undefined && !this.#applied.has(namespace),
    })
  }

  /** After each step, when the model knows every commit. */
  check(): void {
    for (const prune of this.#asked.splice(0)) {
      const why = this.#whyWrong(prune)
      if (why === undefined) continue
      const invariant = 'nothing is pruned that Git still has, that cannot be read, or that was never ours'
      this.#report(new Violation(invariant, `${prune.object}: ${why}`))
    }
  }

  #whyWrong({ object, application, rollout, isBeforeFirstPass }: Prune): string | undefined {
    if (isBeforeFirstPass) return 'nothing of its application was applied yet since the store was lost'
    if (rollout === undefined) return 'no rollout of its application is under way'
    const { commit } = rollout.spec
    const state = this.#model.stateAt(commit)
    if (state === undefined) return `${rollout.metadata.name} is of ${commit}, which never was on main`
    const wanted = state.get(application)
    if (wanted?.isBroken) return `its application cannot be read in ${commit}`
    if (wanted !== undefined && wantedObjects(application, wanted).has(object)) return `${commit} still has it`
    return this.#wasEverWanted(object) ? undefined : 'it was never in Git'
  }

  #wasEverWanted(object: string): boolean {
    if (this.#everWanted.has(object)) return true
    for (const [name, application] of this.#model.everything()) {
      for (const each of wantedObjects(name, application)) this.#everWanted.add(each)
    }
    return this.#everWanted.has(object)
  }
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value | undefined): void {
  if (value === undefined) map.delete(key)
  else map.set(key, value)
}
