/** Resource amounts as the scheduler counts them. Pure. */

import type { Container, PodSpec } from '../api/generated/types.ts'
import type { DeepReadonly } from '../api/object.ts'
import { quantityMilliValue, quantityValue } from '../api/scalars/quantity.ts'

/** Amount by resource name: `cpu` in thousandths of a core, bytes for memory, whole units for everything else. */
export type Resources = Readonly<Record<string, number>>

type ContainerView = DeepReadonly<Container>
type PodSpecView = DeepReadonly<PodSpec>

/** What a pod without a request counts as when nodes are compared (never when they are filtered). */
export const DEFAULT_REQUEST: Resources = { cpu: 100, memory: 200 * 1024 * 1024 }

export function parseResources(amounts: Readonly<Record<string, string>> | undefined): Resources {
  const result: Record<string, number> = {}
  for (const [name, amount] of Object.entries(amounts ?? {}))
    result[name] = name === 'cpu' ? quantityMilliValue(amount) : quantityValue(amount)
  return result
}

export function addResources(left: Resources, right: Resources): Resources {
  return combine(left, right, (a, b) => a + b)
}

/** Amounts are whole numbers: taking away what was added leaves exactly what was there. */
export function subtractResources(left: Resources, right: Resources): Resources {
  return combine(left, right, (a, b) => a - b)
}

/**
 * What a pod needs at its worst moment: all containers and sidecars together, or an init container beside the sidecars
 * started before it, whichever is more; plus overhead. A request for the whole pod replaces the sum.
 */
export function podRequests(spec: PodSpecView | undefined): Resources {
  if (spec === undefined) return {}
  let running = (spec.containers ?? []).map(requestsOf).reduce(addResources, {})
  let sidecars: Resources = {}
  let starting: Resources = {}
  for (const container of spec.initContainers ?? []) {
    const request = requestsOf(container)
    if (container.restartPolicy === 'Always') {
      sidecars = addResources(sidecars, request)
      running = addResources(running, request)
      starting = largest(starting, sidecars)
    } else {
      starting = largest(starting, addResources(sidecars, request))
    }
  }
  const needed = { ...largest(running, starting), ...parseResources(spec.resources?.requests) }
  return addResources(needed, parseResources(spec.overhead))
}

function requestsOf(container: ContainerView): Resources {
  return parseResources(container.resources?.requests)
}

function largest(left: Resources, right: Resources): Resources {
  return combine(left, right, Math.max)
}

function combine(left: Resources, right: Resources, join: (a: number, b: number) => number): Resources {
  const result: Record<string, number> = { ...left }
  for (const [name, amount] of Object.entries(right)) result[name] = join(result[name] ?? 0, amount)
  return result
}
