import { isApiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import { Namespace } from '../api/kinds/core/namespace.ts'
import { Service } from '../api/kinds/core/service.ts'
import type { KubeObject } from '../api/object.ts'
import type { Client, NewObject } from '../client/client.ts'

const NAMESPACES = ['default', 'kube-system', 'kube-public', 'kube-node-lease'] as const
const FIELD_MANAGER = 'pintle-server'

export interface BootstrapOptions {
  /** Port of the API server's own listener. */
  readonly apiPort: number
}

/** What every cluster has from its first moment. Acting as an admin; running it again changes nothing. */
export async function ensureBootstrapObjects(
  client: Client,
  options: BootstrapOptions = { apiPort: 6443 },
): Promise<void> {
  for (const name of NAMESPACES) {
    await ensure(client, Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name } })
  }
  await ensure(client, Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: 'kubernetes',
      namespace: 'default',
      labels: { component: 'apiserver', provider: 'kubernetes' },
    },
    spec: { type: 'ClusterIP', ports: [{ name: 'https', port: 443, protocol: 'TCP', targetPort: options.apiPort }] },
  })
}

async function ensure<T extends KubeObject>(client: Client, kind: Kind<T>, object: NewObject<T>): Promise<void> {
  try {
    await client.create(kind, object, { fieldManager: FIELD_MANAGER })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
  }
}
