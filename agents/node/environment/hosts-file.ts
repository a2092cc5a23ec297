import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { Service } from '../../../src/api/kinds/core/service.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'

const CLUSTER_DOMAIN = 'cluster.local'

/** What a pod's own name is inside: `spec.hostname`, else its name, cut to what a host name may have. */
export function podHostname(pod: DeepReadonly<Pod>): string {
  return pod.spec.hostname ?? pod.metadata.name.slice(0, 63).replace(/[-.]+$/, '')
}

/**
 * A pod's /etc/hosts: itself, its host aliases, and every service with a cluster address under the names that cluster
 * DNS would answer to, so that names work where there is no DNS. Kept current while the pod runs.
 */
export function formatHostsFile(
  pod: DeepReadonly<Pod>,
  podIp: string | undefined,
  services: readonly DeepReadonly<Service>[],
): string {
  const lines = ['# Kept by the node agent.', '127.0.0.1\tlocalhost', '::1\tlocalhost ip6-localhost ip6-loopback']
  const namespace = pod.metadata.namespace ?? 'default'
  const hostname = podHostname(pod)
  const { subdomain, hostAliases } = pod.spec
  const full = subdomain ? `${hostname}.${subdomain}.${namespace}.svc.${CLUSTER_DOMAIN}\t` : ''
  if (podIp !== undefined) lines.push(`${podIp}\t${full}${hostname}`)
  for (const { ip, hostnames } of hostAliases ?? []) lines.push(`${ip}\t${(hostnames ?? []).join('\t')}`)
  for (const service of services) lines.push(...serviceLine(service, namespace))
  return `${lines.join('\n')}\n`
}

function serviceLine({ metadata, spec }: DeepReadonly<Service>, ownNamespace: string): string[] {
  const address = spec?.clusterIP
  if (!address || address === 'None') return []
  const base = `${metadata.name}.${metadata.namespace}`
  const own = metadata.namespace === ownNamespace ? [metadata.name] : []
  return [[address, `${base}.svc.${CLUSTER_DOMAIN}`, `${base}.svc`, base, ...own].join('\t')]
}
