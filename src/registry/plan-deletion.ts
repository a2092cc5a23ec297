import type { Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import type { DeleteOptions } from '../client/client.ts'
import { formatTime, parseTime } from '../lib/clock.ts'
import { copyJson } from './copy-json.ts'
import { isNamespaceKind } from './well-known-kinds.ts'

/** What a DELETE does to an object. */
export type DeletionPlan =
  /** Nothing keeps it. */
  | { readonly type: 'remove' }
  /** Grace or finalizers keep it: stored like this. */
  | { readonly type: 'keep'; readonly draft: KubeObject }
  /** It is on its way already and this request does not hasten it. */
  | { readonly type: 'unchanged' }

const FOREGROUND_FINALIZER = 'foregroundDeletion'
const ORPHAN_FINALIZER = 'orphan'

/** Pure. `current` is not changed. Follows BeforeDelete of the Kubernetes API server. */
export function planDeletion(
  kind: Kind,
  current: Readonly<KubeObject>,
  options: DeleteOptions,
  nowMs: number,
): DeletionPlan {
  const draft = copyJson(current) as KubeObject
  draft.metadata.finalizers = propagationFinalizers(draft.metadata.finalizers ?? [], options.propagation)
  if (draft.metadata.finalizers.length === 0) delete draft.metadata.finalizers
  const grace = remainingGrace(kind, current, options.gracePeriodSeconds)
  if (grace === 'unchanged') return sameFinalizers(current, draft) ? { type: 'unchanged' } : { type: 'keep', draft }
  if (grace === 0 && !isHeld(kind, draft)) return { type: 'remove' }
  mark(kind, current, draft, grace, nowMs)
  return { type: 'keep', draft }
}

/** True once nothing keeps an object that is being deleted: the write that took its last finalizer removes it. */
export function isReleased(kind: Kind, object: Readonly<KubeObject>): boolean {
  const { deletionTimestamp, deletionGracePeriodSeconds = 0 } = object.metadata
  return deletionTimestamp !== undefined && deletionGracePeriodSeconds === 0 && !isHeld(kind, object)
}

function isHeld(kind: Kind, object: Readonly<KubeObject>): boolean {
  return (object.metadata.finalizers ?? []).length > 0 || namespaceFinalizers(kind, object).length > 0
}

/** A namespace is also kept by `spec.finalizers`, which only its `finalize` subresource changes. */
function namespaceFinalizers(kind: Kind, object: Readonly<KubeObject>): readonly string[] {
  if (!isNamespaceKind(kind)) return []
  return (object as { spec?: { finalizers?: string[] } }).spec?.finalizers ?? []
}

/** Foreground and orphan are finalizers that the garbage collector takes off; background takes both back. */
function propagationFinalizers(finalizers: readonly string[], policy: DeleteOptions['propagation']): string[] {
  if (policy === undefined) return [...finalizers]
  const others = finalizers.filter(each => each !== FOREGROUND_FINALIZER && each !== ORPHAN_FINALIZER)
  if (policy === 'Background') return others
  return [...others, policy === 'Foreground' ? FOREGROUND_FINALIZER : ORPHAN_FINALIZER]
}

/** Seconds it may go on living. A repeated DELETE may only shorten them. */
function remainingGrace(
  kind: Kind,
  current: Readonly<KubeObject>,
  requested: number | undefined,
): number | 'unchanged' {
  const wanted = requested !== undefined && requested < 0 ? 1 : requested
  const { deletionTimestamp, deletionGracePeriodSeconds: granted = 0 } = current.metadata
  if (deletionTimestamp !== undefined && granted > 0 && (wanted === undefined || wanted >= granted)) return 'unchanged'
  if (deletionTimestamp !== undefined && granted === 0) return 0
  return kind.strategy.gracePeriodSeconds?.(current as KubeObject, wanted) ?? 0
}

function mark(kind: Kind, current: Readonly<KubeObject>, draft: KubeObject, grace: number, nowMs: number): void {
  const { metadata } = draft
  const deletedBefore = parseTime(current.metadata.deletionTimestamp)
  const grantedBefore = current.metadata.deletionGracePeriodSeconds ?? 0
  const startMs = deletedBefore === undefined ? nowMs : deletedBefore - grantedBefore * 1000
  metadata.deletionTimestamp = formatTime(startMs + grace * 1000)
  if (isNamespaceKind(kind)) setTerminating(draft)
  else metadata.deletionGracePeriodSeconds = grace
  if (deletedBefore === undefined && metadata.generation !== undefined) metadata.generation += 1
}

function setTerminating(draft: KubeObject & { status?: { phase?: string } }): void {
  draft.status = { ...draft.status, phase: 'Terminating' }
}

function sameFinalizers(a: Readonly<KubeObject>, b: Readonly<KubeObject>): boolean {
  return (a.metadata.finalizers ?? []).join() === (b.metadata.finalizers ?? []).join()
}
