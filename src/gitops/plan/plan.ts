import type { ApiError } from '../../api/api-error.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import { takenOverFrom } from '../apply/take-over.ts'
import type { GuardVerdict } from '../guard/judge-deletes.ts'
import { judgeDeletes } from '../guard/judge-deletes.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { formatRef, refKey } from '../object/object-ref.ts'
import { describeSecretRefusal } from '../object/secret-refusal.ts'
import { compareForApply } from '../order/object-order.ts'
import type { Claims } from '../render/claims.ts'
import type { RenderedObject } from '../render/rendered-application.ts'
import type { SourceProblem } from '../source/source-problem.ts'
import type { FieldChange } from './diff-fields.ts'
import { diffObjects } from './diff-fields.ts'
import { maskedChanges } from './masked-changes.ts'

/** One object as Git wants it, beside what the cluster has and what applying would make of it. */
export interface ObservedObject {
  readonly rendered: RenderedObject
  readonly live: DeepReadonly<KubeObject> | undefined
  readonly trial: Trial
}

export type Trial =
  /** What a dry run of the apply answered. */
  | { readonly type: 'applied'; readonly object: DeepReadonly<KubeObject> }
  | { readonly type: 'refused'; readonly error: ApiError }
  /** Not tried: its namespace is made by this very plan. */
  | { readonly type: 'skipped' }

/** An object of the inventory that Git does not name any more. */
export interface ObservedLeftover {
  readonly ref: ObjectRef
  readonly live: DeepReadonly<KubeObject> | undefined
  /** The cluster's object still carries fields that `pintle` applied. */
  readonly ours: boolean
}

export interface PlanInput {
  readonly application: string
  readonly objects: readonly ObservedObject[]
  readonly leftovers: readonly ObservedLeftover[]
  readonly inventoryCount: number
  readonly claims: Claims
  readonly prune: boolean
  readonly replace: 'never' | 'whenImmutable'
  readonly directoryGone: boolean
  readonly treeEmpty: boolean
  /** Why an object that left Git may have moved to a place that cannot be read; undefined = it cannot have. */
  readonly mayHaveMoved: (ref: ObjectRef) => string | undefined
  /** For masked values; the same in every plan that is compared. */
  readonly secretKey: Uint8Array
}

export type PlanVerb = 'create' | 'change' | 'replace' | 'unchanged' | 'delete' | 'keep' | 'release'

export interface PlanAction {
  readonly verb: PlanVerb
  readonly ref: ObjectRef
  readonly changes: readonly FieldChange[]
  /** Why: for replace, keep and release, and for a change of owner. */
  readonly why?: string
}

export interface Plan {
  readonly application: string
  /** What is applied in apply order, then what leaves in reverse. */
  readonly actions: readonly PlanAction[]
  readonly problems: readonly SourceProblem[]
  readonly guard: GuardVerdict
  /** What the guard judged: deletes and replaces. */
  readonly deletes: readonly ObjectRef[]
}

/** What applying one application would do. Pure: the same input gives the same plan. */
export function planApplication(input: PlanInput): Plan {
  const problems: SourceProblem[] = []
  const applied = input.objects.map(object => planObject(object, input, problems))
  const leaving = [...input.leftovers]
    .sort((a, b) => compareForApply(b.ref, a.ref))
    .map(leftover => planLeftover(leftover, input))
  const actions = [...applied.filter(action => action !== undefined), ...leaving]
  const deletes = actions.filter(({ verb }) => verb === 'delete' || verb === 'replace').map(({ ref }) => ref)
  const { inventoryCount, directoryGone, treeEmpty } = input
  const guard = judgeDeletes({ deletes, inventoryCount, directoryGone, treeEmpty })
  return { application: input.application, actions, problems, guard, deletes }
}

function planObject(observed: ObservedObject, input: PlanInput, problems: SourceProblem[]): PlanAction | undefined {
  const { rendered, live, trial } = observed
  const { ref } = rendered
  if (trial.type === 'refused') return planRefused(observed, trial.error, input, problems)
  if (live === undefined) return { verb: 'create', ref, changes: [] }
  if (trial.type === 'skipped') return { verb: 'unchanged', ref, changes: [] }
  const changes = maskedChanges(rendered.kind, diffObjects(live, trial.object), input.secretKey)
  const tool = takenOverFrom(live)
  if (tool !== undefined)
    return { verb: 'change', ref, changes, why: `taken over from ${tool}: fields that Git does not name go` }
  return { verb: changes.length === 0 ? 'unchanged' : 'change', ref, changes }
}

function planRefused(
  { rendered, live }: ObservedObject,
  error: ApiError,
  input: PlanInput,
  problems: SourceProblem[],
): PlanAction | undefined {
  const { ref, path, line } = rendered
  const immutable = live === undefined ? undefined : immutableField(error)
  if (immutable !== undefined && input.replace === 'whenImmutable') {
    return { verb: 'replace', ref, changes: [], why: `${immutable} cannot be changed in place` }
  }
  const remedy =
    immutable === undefined
      ? undefined
      : 'put it back, rename the object, or write "replace: whenImmutable" in application.yaml to delete and create it'
  problems.push({
    path,
    ...(line !== undefined && { line }),
    message: `${formatRef(ref)} is refused: ${refusalText(rendered, error)}`,
    ...(remedy !== undefined && { remedy }),
  })
  return undefined
}

/** The server's words; for a kind of secrets only fields and reasons, because a message may quote a value. */
function refusalText({ kind }: RenderedObject, error: ApiError): string {
  const causes = error.status.details?.causes ?? []
  if (causes.length === 0) return kind.secret ? error.reason : error.message
  return causes
    .map(cause =>
      kind.secret ? `${cause.field ?? ''} ${describeSecretRefusal(cause)}` : `${cause.field ?? ''}: ${cause.message}`,
    )
    .join('; ')
}

/** The field, when the only trouble is that fields are changed which cannot change. */
function immutableField(error: ApiError): string | undefined {
  const causes = error.status.details?.causes ?? []
  const allImmutable = causes.length > 0 && causes.every(cause => cause.message?.includes('immutable'))
  return allImmutable ? causes[0]?.field : undefined
}

function planLeftover({ ref, live, ours }: ObservedLeftover, input: PlanInput): PlanAction {
  const claimant = input.claims.get(refKey(ref))
  if (claimant !== undefined) return leave('release', ref, `moves to application ${claimant}`)
  if (live === undefined) return leave('release', ref, 'is gone already')
  if (!ours) return leave('release', ref, 'is not applied by Pintle any more')
  const moved = input.mayHaveMoved(ref)
  if (moved !== undefined) return leave('keep', ref, moved)
  if (!input.prune) return leave('keep', ref, 'prune is off')
  return { verb: 'delete', ref, changes: [] }
}

function leave(verb: 'keep' | 'release', ref: ObjectRef, why: string): PlanAction {
  return { verb, ref, changes: [], why }
}
