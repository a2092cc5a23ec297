import type { Service } from '../../../src/api/kinds/core/service.ts'
import type { EndpointSlice } from '../../../src/api/kinds/discovery/endpoint-slice.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'

/** What the cluster's own names mean, by Kubernetes' DNS specification. Pure. */

export const CLUSTER_DOMAIN = 'cluster.local'

export type ZoneRecord =
  | { readonly type: 'A'; readonly data: string }
  | { readonly type: 'CNAME' | 'PTR'; readonly data: string }
  | {
      readonly type: 'SRV'
      readonly data: { readonly port: number; readonly target: string; readonly priority: 0; readonly weight: 100 }
    }

/** Records by name in lower case, without the last dot. A name with none has names below it. */
export type Zone = ReadonlyMap<string, readonly ZoneRecord[]>

/** Each in a zone of its own making, so that nobody fills memory with one Service. */
const RECORDS_MAX = 200_000

export function buildZone(
  services: readonly DeepReadonly<Service>[],
  slices: readonly DeepReadonly<EndpointSlice>[],
): Zone {
  const builder = new ZoneBuilder()
  const slicesByService = Map.groupBy(
    slices,
    ({ metadata }) => `${metadata.namespace}/${metadata.labels?.['kubernetes.io/service-name'] ?? ''}`,
  )
  for (const suffix of ['svc', 'pod']) builder.add(`${suffix}.${CLUSTER_DOMAIN}`)
  for (const service of services) {
    const { namespace = '', name } = service.metadata
    builder.add(`${namespace}.pod.${CLUSTER_DOMAIN}`)
    addService(
      builder,
      service,
      `${name}.${namespace}.svc.${CLUSTER_DOMAIN}`,
      slicesByService.get(`${namespace}/${name}`) ?? [],
    )
  }
  return builder.records
}

/** `1-2-3-4.<namespace>.pod.cluster.local` means 1.2.3.4: undefined for anything else. */
export function podAddress(name: string): string | undefined {
  const match = /^(\d{1,3})-(\d{1,3})-(\d{1,3})-(\d{1,3})\.[a-z0-9-]+\.pod\.cluster\.local$/.exec(name)
  const parts = match?.slice(1).map(Number)
  return parts?.every(part => part <= 255) ? parts.join('.') : undefined
}

class ZoneBuilder {
  readonly records = new Map<string, ZoneRecord[]>()
  #count = 0

  /** With the names above it: they exist, even when nothing is known of them. */
  add(name: string, ...records: readonly ZoneRecord[]): void {
    for (let above = name; above.length >= CLUSTER_DOMAIN.length && !this.records.has(above); ) {
      this.records.set(above, [])
      above = above.slice(above.indexOf('.') + 1)
    }
    const known = this.records.get(name)!
    for (const record of records) {
      if (this.#count >= RECORDS_MAX) return
      if (known.some(each => JSON.stringify(each) === JSON.stringify(record))) continue
      known.push(record)
      this.#count += 1
    }
  }
}

function addService(
  zone: ZoneBuilder,
  { spec }: DeepReadonly<Service>,
  name: string,
  slices: readonly DeepReadonly<EndpointSlice>[],
): void {
  if (spec.type === 'ExternalName') {
    if (spec.externalName) zone.add(name, { type: 'CNAME', data: spec.externalName })
    return
  }
  if (spec.clusterIP === 'None') {
    addHeadless(zone, name, slices, spec.publishNotReadyAddresses ?? false)
    return
  }
  if (!spec.clusterIP) return
  zone.add(name, { type: 'A', data: spec.clusterIP })
  zone.add(reverseName(spec.clusterIP), { type: 'PTR', data: name })
  for (const { name: port, protocol, port: number } of spec.ports ?? [])
    addPort(zone, name, port, protocol, number, name)
}

function addHeadless(
  zone: ZoneBuilder,
  name: string,
  slices: readonly DeepReadonly<EndpointSlice>[],
  isReadyOrNot: boolean,
): void {
  zone.add(name)
  for (const { addressType, endpoints, ports } of slices) {
    if (addressType !== 'IPv4') continue
    for (const { addresses, conditions, hostname } of endpoints) {
      const [address] = addresses
      if (address === undefined || !(isReadyOrNot || (conditions?.ready ?? true))) continue
      const host = `${hostname ?? address.replaceAll('.', '-')}.${name}`
      zone.add(name, { type: 'A', data: address })
      zone.add(host, { type: 'A', data: address })
      if (hostname) zone.add(reverseName(address), { type: 'PTR', data: host })
      for (const port of ports ?? [])
        if (port.port !== undefined) addPort(zone, name, port.name, port.protocol, port.port, host)
    }
  }
}

function addPort(
  zone: ZoneBuilder,
  service: string,
  portName: string | undefined,
  protocol: string | undefined,
  port: number,
  target: string,
): void {
  if (!portName) return
  const name = `_${portName}._${(protocol ?? 'TCP').toLowerCase()}.${service}`
  zone.add(name, { type: 'SRV', data: { port, target, priority: 0, weight: 100 } })
}

export function reverseName(address: string): string {
  return `${address.split('.').reverse().join('.')}.in-addr.arpa`
}
