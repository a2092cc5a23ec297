/** The endpoints that a service's pods give. Pure. */

import type { DiscoveryV1EndpointPort, Endpoint, ServicePort } from '../../api/generated/types.ts'
import type { Pod } from '../../api/kinds/core/pod.ts'
import type { Service } from '../../api/kinds/core/service.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { isPodFinished, isPodReady } from '../pod-state.ts'

type PodView = DeepReadonly<Pod>
export type ServiceView = DeepReadonly<Service>
export type EndpointView = DeepReadonly<Endpoint>
export type PortView = DeepReadonly<DiscoveryV1EndpointPort>
export type AddressType = 'IPv4' | 'IPv6'

/** Endpoints that can share a slice: one family of addresses, one list of ports. */
export interface EndpointGroup {
  readonly addressType: AddressType
  readonly ports: readonly PortView[]
  readonly endpoints: readonly EndpointView[]
}

export interface ObservedService {
  readonly service: ServiceView
  /** Pods that its selector matches. */
  readonly pods: readonly PodView[]
  readonly zoneOfNode: (nodeName: string) => string | undefined
}

/** A named target port may mean different numbers in different pods: those stand in different groups. */
export function groupEndpoints(observed: ObservedService): readonly EndpointGroup[] {
  const groups = new Map<string, { addressType: AddressType; ports: readonly PortView[]; endpoints: EndpointView[] }>()
  const pods = [...observed.pods].sort((left, right) => (left.metadata.name < right.metadata.name ? -1 : 1))
  for (const addressType of addressTypes(observed.service))
    for (const pod of pods.filter(each => !isPodFinished(each))) {
      const address = addressOf(pod, addressType)
      if (address === undefined) continue
      const ports = resolvePorts(observed.service, pod)
      const key = JSON.stringify([addressType, ports])
      const group = groups.get(key) ?? { addressType, ports, endpoints: [] }
      groups.set(key, group)
      group.endpoints.push(endpointOf(observed, pod, address))
    }
  return [...groups.values()]
}

export function addressTypes({ spec }: ServiceView): readonly AddressType[] {
  const families = (spec?.ipFamilies ?? []).filter(each => each === 'IPv4' || each === 'IPv6')
  return families.length === 0 ? ['IPv4'] : (families as AddressType[])
}

export function isHeadless({ spec }: ServiceView): boolean {
  return spec?.clusterIP === 'None'
}

function addressOf(pod: PodView, addressType: AddressType): string | undefined {
  const { podIP, podIPs } = pod.status ?? {}
  const addresses = podIPs?.map(each => each.ip) ?? (podIP === undefined ? [] : [podIP])
  return addresses.find(each => each !== undefined && each.includes(':') === (addressType === 'IPv6'))
}

function endpointOf({ service, zoneOfNode }: ObservedService, pod: PodView, address: string): EndpointView {
  const { name, namespace, uid, deletionTimestamp } = pod.metadata
  const serving = isPodReady(pod)
  const terminating = deletionTimestamp !== undefined
  const nodeName = pod.spec?.nodeName
  const zone = nodeName === undefined ? undefined : zoneOfNode(nodeName)
  const hostname = pod.spec?.subdomain === service.metadata.name ? pod.spec.hostname : undefined
  return {
    addresses: [address],
    conditions: {
      ready: service.spec?.publishNotReadyAddresses === true || (serving && !terminating),
      serving,
      terminating,
    },
    targetRef: { kind: 'Pod', name, ...(namespace !== undefined && { namespace }), ...(uid !== undefined && { uid }) },
    ...(nodeName && { nodeName }),
    ...(zone !== undefined && { zone }),
    ...(hostname && { hostname }),
  }
}

/** A port whose name a pod does not have is left out for that pod. */
function resolvePorts({ spec }: ServiceView, pod: PodView): readonly PortView[] {
  return (spec?.ports ?? []).flatMap(port => {
    const number = targetPortOf(port, pod)
    if (number === undefined) return []
    const { name = '', protocol = 'TCP', appProtocol } = port
    return [{ name, port: number, protocol, ...(appProtocol !== undefined && { appProtocol }) }]
  })
}

function targetPortOf(port: DeepReadonly<ServicePort>, pod: PodView): number | undefined {
  const target = port.targetPort
  if (target === undefined || target === 0 || target === '') return port.port
  if (typeof target === 'number') return target
  const sidecars = (pod.spec?.initContainers ?? []).filter(each => each.restartPolicy === 'Always')
  const ports = [...(pod.spec?.containers ?? []), ...sidecars].flatMap(container => container.ports ?? [])
  const protocol = port.protocol ?? 'TCP'
  return ports.find(each => each.name === target && (each.protocol ?? 'TCP') === protocol)?.containerPort
}
