import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'

export interface NameServers {
  /** Of the cluster; undefined where it has none. */
  readonly cluster: string | undefined
  /** The machine's own /etc/resolv.conf, as pods can use it; empty when the file of the container will do. */
  readonly machine: string
}

const CLUSTER_DOMAIN = 'cluster.local'
const NAMESERVERS_MAX = 3
const SEARCHES_MAX = 32

/** A pod's /etc/resolv.conf, by its dnsPolicy and dnsConfig; empty: the one that is there stays. Pure. */
export function formatResolvConf({ metadata, spec }: DeepReadonly<Pod>, { cluster, machine }: NameServers): string {
  const { dnsConfig, dnsPolicy = 'ClusterFirst' } = spec
  const isClusters =
    cluster !== undefined &&
    (dnsPolicy === 'ClusterFirstWithHostNet' || (dnsPolicy === 'ClusterFirst' && !spec.hostNetwork))
  const hasOwn = dnsConfig !== undefined && Object.keys(dnsConfig).length > 0
  if (!isClusters && !hasOwn && dnsPolicy !== 'None') return spec.hostNetwork ? '' : machine
  const base = isClusters
    ? clusterBase(cluster, metadata.namespace ?? 'default', machine)
    : dnsPolicy === 'None'
      ? EMPTY
      : parse(machine)
  const options = new Map(base.options.map(text => [text.split(':')[0]!, text]))
  for (const { name, value } of dnsConfig?.options ?? [])
    if (name) options.set(name, value === undefined ? name : `${name}:${value}`)
  return format({
    nameservers: unique([...base.nameservers, ...(dnsConfig?.nameservers ?? [])]).slice(0, NAMESERVERS_MAX),
    searches: unique([...base.searches, ...(dnsConfig?.searches ?? [])]).slice(0, SEARCHES_MAX),
    options: [...options.values()],
  })
}

interface Resolver {
  readonly nameservers: readonly string[]
  readonly searches: readonly string[]
  readonly options: readonly string[]
}

const EMPTY: Resolver = { nameservers: [], searches: [], options: [] }

/** The namespace's own names first, then the cluster's, then the machine's. */
function clusterBase(address: string, namespace: string, machine: string): Resolver {
  const services = `svc.${CLUSTER_DOMAIN}`
  const searches = [`${namespace}.${services}`, services, CLUSTER_DOMAIN, ...parse(machine).searches]
  return { nameservers: [address], searches, options: ['ndots:5'] }
}

function parse(text: string): Resolver {
  const words = (keyword: string) =>
    text
      .split('\n')
      .map(line => line.trim().split(/\s+/))
      .flatMap(([first, ...rest]) => (first === keyword ? rest : []))
  return { nameservers: words('nameserver'), searches: words('search'), options: words('options') }
}

function format({ nameservers, searches, options }: Resolver): string {
  return [
    ...nameservers.map(each => `nameserver ${each}`),
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
    '',
  ].join('\n')
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)]
}
