import type { Service } from '../../src/api/kinds/core/service.ts'
import type { EndpointSlice } from '../../src/api/kinds/discovery/endpoint-slice.ts'
import type { DeepReadonly } from '../../src/api/object.ts'

/** One address and port that the node serves for a Service, and where its traffic goes. */
export interface WantedListener {
  /** `tcp/10.96.0.7:80`: listeners with the same id are the same listener. */
  readonly id: string
  readonly protocol: 'tcp' | 'udp'
  readonly address: string
  readonly port: number
  readonly service: { readonly namespace: string; readonly name: string }
  /** Ready ones; when there are none, those that still serve while they terminate. In a fixed order. */
  readonly endpoints: readonly EndpointAddress[]
  /** A client goes on to the endpoint it had, for this long after its last connection; undefined = any. */
  readonly affinityMs: number | undefined
}

export interface EndpointAddress {
  readonly address: string
  readonly port: number
}

/** Where this node answers, by protocol. */
export interface LocalEndpoints {
  readonly tcp: EndpointAddress
  readonly udp: EndpointAddress
}

export interface ProxyView {
  readonly services: readonly DeepReadonly<Service>[]
  readonly slices: readonly DeepReadonly<EndpointSlice>[]
  /** Services that this node answers itself, by `namespace/name`. */
  readonly local?: ReadonlyMap<string, LocalEndpoints>
  /** Addresses of this node that node ports are served on. */
  readonly nodePortAddresses: readonly string[]
}

const DEFAULT_AFFINITY_SECONDS = 10_800
const LISTENERS_MAX = 20_000

/** Which listeners there should be. Headless and external-name Services have none. */
export function planListeners(view: ProxyView): readonly WantedListener[] {
  const slicesByService = Map.groupBy(view.slices, serviceKeyOf)
  const wanted = view.services.flatMap(service => {
    const key = `${service.metadata.namespace}/${service.metadata.name}`
    return listenersOf(service, slicesByService.get(key) ?? [], view.nodePortAddresses, view.local?.get(key))
  })
  return wanted.slice(0, LISTENERS_MAX)
}

function serviceKeyOf({ metadata }: DeepReadonly<EndpointSlice>): string {
  return `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`
}

function listenersOf(
  service: DeepReadonly<Service>,
  slices: readonly DeepReadonly<EndpointSlice>[],
  nodePortAddresses: readonly string[],
  local: LocalEndpoints | undefined,
): WantedListener[] {
  const { clusterIP, ports = [], sessionAffinity, sessionAffinityConfig } = service.spec
  if (clusterIP === undefined || clusterIP === '' || clusterIP === 'None') return []
  const affinitySeconds = sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS
  const { namespace = '', name } = service.metadata
  return ports.flatMap(({ name: portName = '', protocol: wireProtocol, port, nodePort }) => {
    const protocol = wireProtocol === 'UDP' ? 'udp' : 'tcp'
    if (wireProtocol === 'SCTP') return []
    const places = [
      { address: clusterIP, port },
      ...(nodePort === undefined ? [] : nodePortAddresses.map(address => ({ address, port: nodePort }))),
    ]
    const shared = {
      protocol: protocol as 'tcp' | 'udp',
      service: { namespace, name },
      endpoints: local === undefined ? endpointsOf(slices, portName, wireProtocol ?? 'TCP') : [local[protocol]],
      affinityMs: sessionAffinity === 'ClientIP' ? affinitySeconds * 1000 : undefined,
    }
    return places.map(place => ({ ...shared, ...place, id: `${protocol}/${place.address}:${place.port}` }))
  })
}

/** Endpoints of one named port, ready ones if there are any. */
function endpointsOf(
  slices: readonly DeepReadonly<EndpointSlice>[],
  portName: string,
  protocol: string,
): EndpointAddress[] {
  const ready = new Map<string, EndpointAddress>()
  const draining = new Map<string, EndpointAddress>()
  for (const slice of slices) {
    if (slice.addressType !== 'IPv4') continue
    const port = slice.ports?.find(
      each => (each.name ?? '') === portName && (each.protocol ?? 'TCP') === protocol,
    )?.port
    if (port === undefined) continue
    for (const { addresses, conditions } of slice.endpoints) {
      const [address] = addresses
      if (address === undefined) continue
      const isReady = conditions?.ready ?? true
      if (isReady) ready.set(`${address}:${port}`, { address, port })
      else if (conditions?.serving && conditions.terminating) draining.set(`${address}:${port}`, { address, port })
    }
  }
  const chosen = ready.size > 0 ? ready : draining
  return [...chosen.keys()].sort().map(key => chosen.get(key)!)
}
