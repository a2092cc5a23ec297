import { isApiError } from '../api/api-error.ts'
import { Namespace } from '../api/kinds/core/namespace.ts'
import { Service } from '../api/kinds/core/service.ts'
import type { Client } from '../client/client.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const FIELD_MANAGER = 'pintle-server'

export interface BootstrapOptions {
  /** Port of the API server's own listener. */
  readonly apiPort: number
  /** The first address of the service range, as everywhere; any free one when left out. */
  readonly clusterIp?: string
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
      ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: options.apiPort }],
    },
  }
  await client.apply(Service, service, { fieldManager: FIELD_MANAGER, force: true })
}

async function ensureNamespace(client: Client, name: string): Promise<void> {
  const namespace = { apiVersion: 'v1', kind: 'Namespace', metadata: { name } }
  try {
    await client.create(Namespace, namespace, { fieldManager: FIELD_MANAGER })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
