import { isApiError } from '../api/api-error.ts'
import { Namespace } from '../api/kinds/core/namespace.ts'
import { Service } from '../api/kinds/core/service.ts'
import { EndpointSlice } from '../api/kinds/discovery/endpoint-slice.ts'
import type { Client } from '../client/client.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const FIELD_MANAGER = 'pintle-server'

export interface BootstrapOptions {
  /** Port of the API server's own listener. */
  readonly apiPort: number
  /** The first address of the service range, as everywhere; any free one when left out. */
  readonly clusterIp?: string
  /** Where pods ask for names; no such Service is made when left out. */
  readonly dnsIp?: string
  /** What clients inside the cluster call; 443 when left out. */
  readonly servicePort?: number
  /** Address of that listener, as the nodes of this machine reach it; no endpoint is published when left out. */
  readonly apiHost?: string
}

/**
 * What every cluster has from its first moment. Acting as an admin; running it again changes nothing but the port, when
 * the server has moved to another one.
 */
export async function ensureBootstrapObjects(
  client: Client,
  options: BootstrapOptions = { apiPort: 6443 },
): Promise<void> {
  for (const name of NAMESPACES) await ensureNamespace(client, name)
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: {
      type: 'ClusterIP',
      ...(options.clusterIp !== undefined && { clusterIP: options.clusterIp }),
      ports: [{ name: 'https', port: options.servicePort ?? 443, protocol: 'TCP', targetPort: options.apiPort }],
    },
  }
  await client.apply(Service, service, { fieldManager: FIELD_MANAGER, force: true })
  if (options.dnsIp !== undefined) await ensureDnsService(client, options.dnsIp)
  if (options.apiHost !== undefined) await publishEndpoint(client, options.apiHost, options.apiPort)
}

/** It has no selector: each node answers it itself. Where the address was given away before, there is none. */
async function ensureDnsService(client: Client, clusterIP: string): Promise<void> {
  const service = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kube-dns',
      namespace: 'kube-system',
      labels: { 'k8s-app': 'kube-dns', 'kubernetes.io/cluster-service': 'true', 'kubernetes.io/name': 'KubeDNS' },
    },
    spec: {
      type: 'ClusterIP',
      clusterIP,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP', targetPort: 53 },
        { name: 'dns-tcp', port: 53, protocol: 'TCP', targetPort: 53 },
      ],
    },
  }
  try {
    await client.apply(Service, service, { fieldManager: FIELD_MANAGER, force: true })
  } catch (error) {
    if (!isApiError(error, 'Invalid')) throw error
  }
}

/** The Service has no selector: its endpoint is this server. */
async function publishEndpoint(client: Client, host: string, port: number): Promise<void> {
  const slice = {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { 'kubernetes.io/service-name': 'kubernetes', 'endpointslice.kubernetes.io/managed-by': FIELD_MANAGER },
    },
    addressType: 'IPv4',
    endpoints: [{ addresses: [host], conditions: { ready: true } }],
    ports: [{ name: 'https', port, protocol: 'TCP' }],
  }
  await client.apply(EndpointSlice, slice, { fieldManager: FIELD_MANAGER, force: true })
}

async function ensureNamespace(client: Client, name: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  try {
    await client.create(Namespace, namespace, { fieldManager: FIELD_MANAGER })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
