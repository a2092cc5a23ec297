import type { Service } from './service.ts'

/**
 * A manifest seldom names what the server gave a service: addresses and node ports it leaves out stay, as long as the
 * service is still of a type that has them.
 */
export function keepServiceAddresses(draft: Service, current: Service): void {
  if (hasClusterIp(draft) && hasClusterIp(current)) {
    if (!draft.spec.clusterIP && !draft.spec.clusterIPs?.length && current.spec.clusterIP) {
      draft.spec.clusterIP = current.spec.clusterIP
      if (current.spec.clusterIPs) draft.spec.clusterIPs = [...current.spec.clusterIPs]
    }
  } else if (!hasClusterIp(draft) && draft.spec.clusterIP === current.spec.clusterIP) {
    delete draft.spec.clusterIP
    delete draft.spec.clusterIPs
    delete draft.spec.ipFamilies
    delete draft.spec.ipFamilyPolicy
  }
  if (hasNodePorts(draft)) keepNodePorts(draft, current)
  else if (hasNodePorts(current)) dropNodePorts(draft, current)
}

function keepNodePorts(draft: Service, current: Service): void {
  const known = new Map((current.spec.ports ?? []).map(port => [`${port.protocol}/${port.port}`, port.nodePort]))
  const named = new Set((draft.spec.ports ?? []).map(port => `${port.protocol}/${port.nodePort ?? 0}`))
  for (const port of draft.spec.ports ?? []) {
    const nodePort = known.get(`${port.protocol}/${port.port}`)
    if (!port.nodePort && nodePort && !named.has(`${port.protocol}/${nodePort}`)) port.nodePort = nodePort
  }
}

/** The type changed to one without node ports: those the server gave go. */
function dropNodePorts(draft: Service, current: Service): void {
  const given = new Set((current.spec.ports ?? []).map(({ nodePort }) => nodePort))
  for (const port of draft.spec.ports ?? []) if (given.has(port.nodePort)) delete port.nodePort
  if (draft.spec.healthCheckNodePort === current.spec.healthCheckNodePort) delete draft.spec.healthCheckNodePort
  if (draft.spec.externalTrafficPolicy === current.spec.externalTrafficPolicy) delete draft.spec.externalTrafficPolicy
  delete draft.spec.allocateLoadBalancerNodePorts
}

export function hasClusterIp({ spec }: Service): boolean {
  return spec.type !== 'ExternalName'
}

function hasNodePorts({ spec }: Service): boolean {
  return spec.type === 'NodePort' || spec.type === 'LoadBalancer'
}
