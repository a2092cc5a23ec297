import type { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../api/object.ts'

/** A port of the node itself that a pod wants. */
export interface HostPort {
  readonly ip: string
  readonly protocol: string
  readonly port: number
}

const ANY_ADDRESS = '0.0.0.0'

/** Init containers run before: only sidecars among them hold ports beside the others. */
export function hostPortsOf(pod: DeepReadonly<Pod>): readonly HostPort[] {
  const sidecars = (pod.spec?.initContainers ?? []).filter(each => each.restartPolicy === 'Always')
  return [...sidecars, ...(pod.spec?.containers ?? [])].flatMap(container =>
    (container.ports ?? [])
      .filter(port => (port.hostPort ?? 0) > 0)
      .map(port => ({ ip: port.hostIP || ANY_ADDRESS, protocol: port.protocol ?? 'TCP', port: port.hostPort ?? 0 })),
  )
}

export function doHostPortsCollide(left: HostPort, right: HostPort): boolean {
  if (left.port !== right.port || left.protocol !== right.protocol) return false
  return left.ip === right.ip || left.ip === ANY_ADDRESS || right.ip === ANY_ADDRESS
}
