import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import { isPlainObject } from '../../api/plain-object.ts'
import { ownsField } from './owned-fields.ts'

/** Fields that Git may name and that a controller nevertheless keeps once it has taken them. */
export interface YieldedField {
  readonly managers: readonly string[]
  readonly path: readonly string[]
}

/** By default: the replicas that an autoscaler set. */
export const DEFAULT_YIELDED_FIELDS: readonly YieldedField[] = [
  {
    managers: [
      'system:controller:horizontal-pod-autoscaler',
      'horizontal-pod-autoscaler',
      'horizontalpodautoscaler',
      'keda-operator',
    ],
    path: ['spec', 'replicas'],
  },
]

/** The object to apply: without the fields that a listed controller holds in the cluster. Pure. */
export function yieldFields(
  object: KubeObject,
  live: DeepReadonly<KubeObject> | undefined,
  yielded: readonly YieldedField[],
): KubeObject {
  let result = object
  for (const { managers, path } of yielded) {
    const isHeld = live?.metadata.managedFields?.some(
      entry => managers.includes(entry.manager) && ownsField(entry, path),
    )
    if (isHeld) result = without(result, path) as KubeObject
  }
  return result
}

function without(value: unknown, [step, ...rest]: readonly string[]): unknown {
  if (step === undefined || !isPlainObject(value) || !Object.hasOwn(value, step)) return value
  const { [step]: inner, ...others } = value
  return rest.length === 0 ? others : { ...others, [step]: without(inner, rest) }
}
