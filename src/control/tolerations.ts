/** Whether a pod puts up with a node's taint (API reference, "Toleration"). Pure. */

import type { Taint, Toleration } from '../api/generated/types.ts'
import type { DeepReadonly } from '../api/object.ts'

type TaintView = DeepReadonly<Taint>
type TolerationView = DeepReadonly<Toleration>

export function isTolerated(taint: TaintView, tolerations: readonly TolerationView[] | undefined): boolean {
  return tolerations?.some(toleration => tolerates(toleration, taint)) ?? false
}

/** An empty key means every key (with `Exists` only), an empty effect every effect. */
export function tolerates({ key, effect, operator, value }: TolerationView, taint: TaintView): boolean {
  if (effect && effect !== taint.effect) return false
  if (key && key !== taint.key) return false
  return operator === 'Exists' || (!!key && (value ?? '') === (taint.value ?? ''))
}
