import type { Service } from './service.ts'

/** What no two services may have: their cluster addresses, and the ports they open on every node. */
export function serviceClaims({ spec }: Service): readonly string[] {
  if (spec.type === 'ExternalName') return []
  const addresses = spec.clusterIPs ?? (spec.clusterIP ? [spec.clusterIP] : [])
  const claims = addresses.filter(ip => ip !== '' && ip !== 'None').map(ip => `cluster-ip/${ip}`)
  for (const { nodePort, protocol = 'TCP' } of spec.ports ?? []) {
    if (nodePort) claims.push(`node-port/${protocol}/${nodePort}`)
  }
  if (spec.healthCheckNodePort) claims.push(`node-port/TCP/${spec.healthCheckNodePort}`)
  return [...new Set(claims)]
}
