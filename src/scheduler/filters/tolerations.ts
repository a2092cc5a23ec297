import type { Taint, Toleration } from '../../api/generated/types.ts'
import type { DeepReadonly } from '../../api/object.ts'

export type TaintView = DeepReadonly<Taint>
export type TolerationView = DeepReadonly<Toleration>

/** An empty key tolerates every key, an empty effect every effect (API reference, "Toleration"). */
export function isTolerated(taint: TaintView, tolerations: readonly TolerationView[] | undefined): boolean {
  return tolerations?.some(toleration => tolerates(toleration, taint)) ?? false
}

function tolerates(toleration: TolerationView, taint: TaintView): boolean {
  if (toleration.effect && toleration.effect !== taint.effect) return false
  if (toleration.key && toleration.key !== taint.key) return false
  if (toleration.operator === 'Exists') return true
  return !!toleration.key && (toleration.value ?? '') === (taint.value ?? '')
}
