import type { ServiceSpec } from '../../generated/types.ts'
import type { Service } from './service.ts'

const CLIENT_IP_TIMEOUT_SECONDS = 10_800

/** Kubernetes' defaults of a service, and the fields that are two spellings of one. */
export function setServiceDefaults(draft: Service): void {
  draft.spec ??= {}
  const { spec } = draft
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (spec.sessionAffinity === 'ClientIP' && !spec.sessionAffinityConfig?.clientIP?.timeoutSeconds) {
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } }
  }
  spec.type ||= 'ClusterIP'
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    if (port.targetPort === undefined || port.targetPort === 0 || port.targetPort === '') port.targetPort = port.port
  }
  if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') spec.externalTrafficPolicy ||= 'Cluster'
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ||= 'Cluster'
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true
  if (spec.type !== 'ExternalName') setAddressDefaults(spec)
}

/** `clusterIP` is the first of `clusterIPs`; families follow from the addresses. */
function setAddressDefaults(spec: ServiceSpec): void {
  if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
  else if (!spec.clusterIP && spec.clusterIPs?.[0]) spec.clusterIP = spec.clusterIPs[0]
  const headlessWithoutSelector = spec.clusterIP === 'None' && Object.keys(spec.selector ?? {}).length === 0
  spec.ipFamilyPolicy ??= headlessWithoutSelector ? 'RequireDualStack' : 'SingleStack'
  if (spec.ipFamilies?.length) return
  spec.ipFamilies = headlessWithoutSelector ? ['IPv4', 'IPv6'] : [spec.clusterIP?.includes(':') ? 'IPv6' : 'IPv4']
}
