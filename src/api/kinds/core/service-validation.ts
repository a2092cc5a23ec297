import type { FieldErrors } from '../../field-errors.ts'
import type { ServicePort, ServiceSpec } from '../../generated/types.ts'
import { whyNoDnsLabel, whyNoDnsSubdomain } from '../../names.ts'
import { isIPAddress, isIPv4, WHY_NO_IP_ADDRESS } from '../../validation/ip-address.ts'
import { validateLabels } from '../../validation/labels.ts'
import { validatePort, validatePortReference, validateRange } from '../../validation/numbers.ts'
import { validateOneOf, validateOptionalName, validateRequiredName } from '../../validation/validate-name.ts'
import type { Service } from './service.ts'

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort']
const AFFINITIES = ['ClientIP', 'None']
const POLICIES = ['Cluster', 'Local']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const AFFINITY_SECONDS_MAX = 86_400

export function validateService({ spec }: Service, errors: FieldErrors): void {
  validateOneOf(spec.type, TYPES, 'spec.type', errors)
  validatePorts(spec, errors)
  validateLabels(spec.selector, 'spec.selector', errors)
  validateOneOf(spec.sessionAffinity, AFFINITIES, 'spec.sessionAffinity', errors)
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds
  if (seconds !== undefined) {
    const path = 'spec.sessionAffinityConfig.clientIP.timeoutSeconds'
    validateRange(seconds, 1, AFFINITY_SECONDS_MAX, path, errors)
  }
  validateAddresses(spec, errors)
  validateTraffic(spec, errors)
}

function validatePorts(spec: ServiceSpec, errors: FieldErrors): void {
  const ports = spec.ports ?? []
  const headless = spec.clusterIP === 'None'
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') errors.required('spec.ports')
  const names = new Set<string>()
  const numbers = new Set<string>()
  const nodePorts = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const path = `spec.ports[${index}]`
    validateServicePort(port, ports.length > 1, path, errors)
    if (port.name && names.has(port.name)) errors.duplicate(`${path}.name`, port.name)
    names.add(port.name ?? '')
    const number = `${port.protocol}/${port.port}`
    if (numbers.has(number)) errors.duplicate(path, { port: port.port, protocol: port.protocol })
    numbers.add(number)
    const nodePort = `${port.protocol}/${port.nodePort}`
    if (port.nodePort && nodePorts.has(nodePort)) errors.duplicate(`${path}.nodePort`, port.nodePort)
    nodePorts.add(nodePort)
    if (port.nodePort && spec.type === 'ClusterIP') {
      errors.forbidden(`${path}.nodePort`, "may not be used when `type` is 'ClusterIP'")
    }
  }
}

function validateServicePort(port: ServicePort, several: boolean, path: string, errors: FieldErrors): void {
  if (several) validateRequiredName(port.name, whyNoDnsLabel, `${path}.name`, errors)
  else validateOptionalName(port.name, whyNoDnsLabel, `${path}.name`, errors)
  validatePort(port.port, `${path}.port`, errors)
  validateOneOf(port.protocol, PROTOCOLS, `${path}.protocol`, errors)
  if (port.targetPort !== undefined) validatePortReference(port.targetPort, `${path}.targetPort`, errors)
}

function validateAddresses(spec: ServiceSpec, errors: FieldErrors): void {
  if (spec.type === 'ExternalName') {
    if (spec.clusterIP) errors.forbidden('spec.clusterIPs', "may not be set when `type` is 'ExternalName'")
    const name = spec.externalName?.replace(/\.$/, '')
    validateRequiredName(name, whyNoDnsSubdomain, 'spec.externalName', errors)
    return
  }
  if (spec.clusterIP === 'None' && spec.type !== 'ClusterIP') {
    errors.invalid('spec.clusterIPs[0]', 'None', `may not be set to 'None' for ${spec.type} services`)
  }
  for (const [index, ip] of (spec.clusterIPs ?? []).entries()) {
    if (ip !== 'None' && ip !== '' && !isIPAddress(ip))
      errors.invalid(`spec.clusterIPs[${index}]`, ip, WHY_NO_IP_ADDRESS)
  }
  if (spec.clusterIP && spec.clusterIPs?.length && spec.clusterIPs[0] !== spec.clusterIP) {
    errors.invalid('spec.clusterIPs', spec.clusterIPs, 'first value must match `clusterIP`')
  }
  for (const [index, ip] of (spec.externalIPs ?? []).entries()) {
    if (!isIPAddress(ip)) errors.invalid(`spec.externalIPs[${index}]`, ip, WHY_NO_IP_ADDRESS)
    else if (isIPv4(ip) && ip.startsWith('127.')) {
      errors.invalid(`spec.externalIPs[${index}]`, ip, 'may not be in the loopback range (127.0.0.0/8, ::1/128)')
    }
  }
}

function validateTraffic(spec: ServiceSpec, errors: FieldErrors): void {
  const external = spec.externalTrafficPolicy
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
    validateOneOf(external, POLICIES, 'spec.externalTrafficPolicy', errors)
  } else if (external && !spec.externalIPs?.length) {
    const why = 'may only be set for externally-accessible services'
    errors.invalid('spec.externalTrafficPolicy', external, why)
  }
  if (spec.type !== 'ExternalName')
    validateOneOf(spec.internalTrafficPolicy, POLICIES, 'spec.internalTrafficPolicy', errors)
  if (spec.type !== 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== undefined) {
    errors.forbidden('spec.allocateLoadBalancerNodePorts', "may only be used when `type` is 'LoadBalancer'")
  }
}
