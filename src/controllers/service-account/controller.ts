import { isApiError } from '../../api/api-error.ts'
import { Namespace } from '../../api/kinds/core/namespace.ts'
import { ServiceAccount } from '../../api/kinds/core/service-account.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { NewObject } from '../../client/client.ts'
import { defineController, settled } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { isNamespaceTerminating } from '../../control/namespace-terminating.ts'

/** The account that pods run as when they name none. */
const DEFAULT_ACCOUNT = 'default'

/** Gives every namespace its `default` service account. Writes: that one. */
export const serviceAccountController = defineController({
  name: 'service-account-controller',
  kind: Namespace,
  watches: [{ kind: ServiceAccount, keys: namespaceOfDefault }],
  concurrency: 4,
  async reconcile({ name: namespace }, { client }) {
    const current = await getIfPresent(client, Namespace, { name: namespace })
    if (current === undefined || current.metadata.deletionTimestamp !== undefined) return settled
    if ((await getIfPresent(client, ServiceAccount, { namespace, name: DEFAULT_ACCOUNT })) !== undefined) return settled
    const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name: DEFAULT_ACCOUNT } }
    try {
      await client.create(ServiceAccount, account as NewObject<ServiceAccount>)
    } catch (error) {
      if (!isApiError(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error
    }
    return settled
  },
})

function namespaceOfDefault({ metadata }: DeepReadonly<ServiceAccount>) {
  return metadata.name === DEFAULT_ACCOUNT && metadata.namespace !== undefined ? [{ name: metadata.namespace }] : []
}
