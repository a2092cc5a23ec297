import type { Container, PodSpec } from '../../generated/types.ts'

const COMPUTE_RESOURCES = ['cpu', 'memory'] as const

export type PodQosClass = 'Guaranteed' | 'Burstable' | 'BestEffort'

/**
 * How safe a pod is when its node runs short. Guaranteed: every container limits cpu and memory and requests the same;
 * BestEffort: none requests or limits either; else Burstable.
 */
export function podQosClass(spec: PodSpec): PodQosClass {
  const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
  if (containers.every(isUnbounded)) return 'BestEffort'
  return containers.every(isFullyReserved) ? 'Guaranteed' : 'Burstable'
}

function isUnbounded({ resources }: Container): boolean {
  return COMPUTE_RESOURCES.every(name => isNone(resources?.requests?.[name]) && isNone(resources?.limits?.[name]))
}

function isFullyReserved({ resources }: Container): boolean {
  return COMPUTE_RESOURCES.every(name => {
    const limit = resources?.limits?.[name]
    return !isNone(limit) && (resources?.requests?.[name] ?? limit) === limit
  })
}

/** Quantities are canonical here, so zero has one spelling. */
function isNone(quantity: string | undefined): boolean {
  return quantity === undefined || quantity === '0'
}
