import { apiError } from '../api/api-error.ts'
import { FieldErrors } from '../api/field-errors.ts'
import type { ServicePort } from '../api/generated/types.ts'
import { hashText } from '../api/hash.ts'
import type { Service } from '../api/kinds/core/service.ts'
import type { Ipv4Range } from './ipv4-range.ts'

export interface PortRange {
  /** Both inclusive. */
  readonly from: number
  readonly to: number
}

export interface ServiceRanges {
  readonly clusterIps: Ipv4Range
  readonly nodePorts: PortRange
  /** True while another object holds the claim. */
  isClaimed(claim: string): boolean
}

/** The lower part of each range is for numbers chosen by hand: given out only when the rest is full. */
const STATIC_SHARE_MAX = 256

/** As the kind names what a Service holds. */
function clusterIpClaim(address: string): string {
  return `cluster-ip/${address}`
}

function nodePortClaim(port: number, protocol: string): string {
  return `node-port/${protocol}/${port}`
}

/** Checks what the user chose and chooses the rest. Throws 422 for a number outside its range. */
export function allocateService(draft: Service, ranges: ServiceRanges, current: Service | undefined): void {
  const { spec } = draft
  checkChosen(draft, ranges, current)
  if (needsClusterIp(spec.type)) {
    spec.clusterIP ||= spec.clusterIPs?.[0] ?? freeClusterIp(draft, ranges)
    if (!spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
  } else {
    delete spec.clusterIP
    delete spec.clusterIPs
  }
  if (needsNodePorts(spec.type) && spec.allocateLoadBalancerNodePorts !== false)
    allocateNodePorts(draft, spec.ports ?? [], ranges)
}

/** 422 for a claim that the user asked for by number and another Service holds. */
export function alreadyAllocated(draft: Service, claims: readonly string[]): Error {
  const errors = new FieldErrors()
  for (const address of draft.spec.clusterIPs ?? []) {
    if (!claims.includes(clusterIpClaim(address))) continue
    const why = `failed to allocate IP ${address}: provided IP is already allocated`
    errors.invalid('spec.clusterIPs', draft.spec.clusterIPs, why)
  }
  for (const [index, port] of (draft.spec.ports ?? []).entries()) {
    const claimed = port.nodePort !== undefined && claims.includes(nodePortClaim(port.nodePort, protocolOf(port)))
    if (claimed) errors.invalid(`spec.ports[${index}].nodePort`, port.nodePort, 'provided port is already allocated')
  }
  return errors.toApiError('', 'Service', draft.metadata.name)
}

function needsClusterIp(type = 'ClusterIP'): boolean {
  return type !== 'ExternalName'
}

function needsNodePorts(type: string | undefined): boolean {
  return type === 'NodePort' || type === 'LoadBalancer'
}

function protocolOf(port: ServicePort): string {
  return port.protocol ?? 'TCP'
}

function checkChosen(draft: Service, { clusterIps, nodePorts }: ServiceRanges, current?: Service): void {
  const errors = new FieldErrors()
  const chosen = draft.spec.clusterIP
  if (chosen && chosen !== 'None' && chosen !== current?.spec.clusterIP && !clusterIps.has(chosen)) {
    const why = `failed to allocate IP ${chosen}: the provided IP (${chosen}) is not in the valid range. The range of valid IPs is ${clusterIps.cidr}`
    errors.invalid('spec.clusterIPs', [chosen], why)
  }
  const kept = new Set((current?.spec.ports ?? []).map(port => port.nodePort))
  for (const [index, { nodePort }] of (draft.spec.ports ?? []).entries()) {
    if (!nodePort || kept.has(nodePort) || (nodePort >= nodePorts.from && nodePort <= nodePorts.to)) continue
    const why = `provided port is not in the valid range. The range of valid ports is ${nodePorts.from}-${nodePorts.to}`
    errors.invalid(`spec.ports[${index}].nodePort`, nodePort, why)
  }
  errors.throwIfAny('', 'Service', draft.metadata.name)
}

function freeClusterIp(draft: Service, { clusterIps, isClaimed }: ServiceRanges): string {
  const wish = wishOf(draft)
  const index = freeIndex(clusterIps.size, wish, at => isClaimed(clusterIpClaim(clusterIps.at(at))))
  if (index === undefined)
    throw apiError('InternalError', `failed to allocate a serviceIP: range ${clusterIps.cidr} is full`)
  return clusterIps.at(index)
}

/** One number per port; ports that differ only in protocol may share one. */
function allocateNodePorts(
  draft: Service,
  ports: readonly ServicePort[],
  { nodePorts, isClaimed }: ServiceRanges,
): void {
  const used = new Set(ports.map(port => port.nodePort))
  for (const port of ports) {
    if (port.nodePort) continue
    const twin = ports.find(each => each.port === port.port && each.nodePort && protocolOf(each) !== protocolOf(port))
    const isTaken = (number: number) => used.has(number) || isClaimed(nodePortClaim(number, protocolOf(port)))
    if (twin?.nodePort && !isClaimed(nodePortClaim(twin.nodePort, protocolOf(port)))) port.nodePort = twin.nodePort
    else {
      const wish = `${wishOf(draft)}:${port.name ?? port.port}`
      const index = freeIndex(nodePorts.to - nodePorts.from + 1, wish, at => isTaken(nodePorts.from + at))
      if (index === undefined) throw apiError('InternalError', 'failed to allocate a nodePort: range is full')
      port.nodePort = nodePorts.from + index
    }
    used.add(port.nodePort)
  }
}

/**
 * Chosen by name, so that a Service that comes back from Git after the live store was lost gets the address back that
 * its clients still hold.
 */
function wishOf({ metadata }: Service): string {
  return `${metadata.namespace}/${metadata.name}`
}

/** The first free one from the wish on; the share kept for numbers chosen by hand comes last. */
function freeIndex(size: number, wish: string, isTaken: (index: number) => boolean): number | undefined {
  const share = Math.min(Math.max(16, size >> 4), STATIC_SHARE_MAX, size >> 1)
  const start = numberOf(hashText(wish)) % (size - share)
  for (let offset = 0; offset < size - share; offset++) {
    const index = share + ((start + offset) % (size - share))
    if (!isTaken(index)) return index
  }
  for (let index = 0; index < share; index++) if (!isTaken(index)) return index
  return undefined
}

function numberOf(hash: string): number {
  return [...hash].reduce((number, letter) => (number * 31 + letter.charCodeAt(0)) % 2 ** 31, 0)
}
