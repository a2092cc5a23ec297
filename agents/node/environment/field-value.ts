import type { Container } from '../../../src/api/generated/types.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { parseQuantity } from '../../../src/api/scalars/quantity.ts'
import { RuntimeError } from '../runtime-driver.ts'

/** What the downward API tells about the node and the pod's place on it. */
export interface PodPlace {
  readonly nodeName: string
  readonly hostIp: string
  readonly podIp: string | undefined
  /** The node's allocatable amounts stand in where a container has no limit. */
  readonly allocatable: { readonly cpu: string; readonly memory: string }
}

/** The text of a `fieldRef`. Throws RuntimeError CreateContainerConfigError for a path that has none. */
export function fieldValue(path: string, pod: DeepReadonly<Pod>, place: PodPlace): string {
  const { metadata, spec } = pod
  const subscript = /^metadata\.(labels|annotations)\['([^']*)'\]$/.exec(path)
  if (subscript !== null) return metadata[subscript[1] as 'labels' | 'annotations']?.[subscript[2]!] ?? ''
  switch (path) {
    case 'metadata.name':
      return metadata.name
    case 'metadata.namespace':
      return metadata.namespace ?? ''
    case 'metadata.uid':
      return metadata.uid ?? ''
    case 'metadata.labels':
      return formatMap(metadata.labels)
    case 'metadata.annotations':
      return formatMap(metadata.annotations)
    case 'spec.nodeName':
      return place.nodeName
    case 'spec.serviceAccountName':
      return spec.serviceAccountName ?? 'default'
    case 'status.hostIP':
    case 'status.hostIPs':
      return place.hostIp
    case 'status.podIP':
    case 'status.podIPs':
      return place.podIp ?? ''
  }
  throw new RuntimeError('CreateContainerConfigError', `fieldRef: the field ${path} cannot be referred to`)
}

/** The text of a `resourceFieldRef`: an amount of the container, in units of `divisor`, rounded up. */
export function resourceValue(
  resource: string,
  divisor: string | undefined,
  container: DeepReadonly<Container>,
  place: PodPlace,
): string {
  const [kind, name] = resource.split('.', 2) as [string, string]
  const own = container.resources?.[kind as 'limits' | 'requests']?.[name]
  const limit = container.resources?.limits?.[name]
  const fallback = kind === 'limits' ? place.allocatable[name as 'cpu' | 'memory'] : (limit ?? '0')
  const amount = parseQuantity(own ?? fallback ?? '0').nano
  const unit = parseQuantity(divisor && divisor !== '0' ? divisor : '1').nano
  return String((amount + unit - 1n) / unit)
}

/** `key="value"` lines, by key, as the files of a downwardAPI volume have them. */
function formatMap(map: Readonly<Record<string, string>> | undefined): string {
  return Object.entries(map ?? {})
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`)
    .join('\n')
}
