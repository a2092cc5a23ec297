import { isApiError } from '../../api/api-error.ts'
import { ConfigMap } from '../../api/kinds/core/config-map.ts'
import { Namespace } from '../../api/kinds/core/namespace.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { Client, NewObject } from '../../client/client.ts'
import type { Controller } from '../../control/controller.ts'
import { defineController, settled } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { isNamespaceTerminating } from '../../control/namespace-terminating.ts'

const CONFIG_MAP_NAME = 'kube-root-ca.crt'
const FILE_NAME = 'ca.crt'

/**
 * Gives every namespace the certificate by which its pods know the API server. Writes: that config map.
 * `rootCa` is PEM text.
 */
export function rootCaController(rootCa: string): Controller {
  return defineController({
    name: 'root-ca-publisher',
    kind: Namespace,
    watches: [{ kind: ConfigMap, keys: namespaceOfRootCa }],
    concurrency: 4,
    async reconcile({ name: namespace }, { client }) {
      const current = await getIfPresent(client, Namespace, { name: namespace })
      if (current === undefined || current.metadata.deletionTimestamp !== undefined) return settled
      await publish(client, namespace, rootCa)
      return settled
    },
  })
}

async function publish(client: Client, namespace: string, rootCa: string): Promise<void> {
  const key = { namespace, name: CONFIG_MAP_NAME }
  const present = await getIfPresent(client, ConfigMap, key)
  if (present?.data?.[FILE_NAME] === rootCa) return
  const data = { [FILE_NAME]: rootCa }
  if (present !== undefined) {
    await client.patch(ConfigMap, key, { type: 'merge', body: { data } })
    return
  }
  try {
    await client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: key, data } as NewObject<ConfigMap>)
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists') && !isNamespaceTerminating(error)) throw error
  }
}

function namespaceOfRootCa({ metadata }: DeepReadonly<ConfigMap>) {
  return metadata.name === CONFIG_MAP_NAME && metadata.namespace !== undefined ? [{ name: metadata.namespace }] : []
}
