import type { ReferencedObjects } from '../../../../agents/node/volumes/referenced-objects.ts'
import type { ConfigMap } from '../../../../src/api/kinds/core/config-map.ts'
import type { Secret } from '../../../../src/api/kinds/core/secret.ts'
import type { DeepReadonly, KubeObject } from '../../../../src/api/object.ts'

/** ConfigMaps and Secrets of the namespace `default`, by name. Values of Secrets are given as text. */
export function fixedReferences(
  configMaps: Record<string, Pick<ConfigMap, 'data' | 'binaryData'>>,
  secrets: Record<string, Record<string, string>> = {},
): ReferencedObjects {
  const maps = Object.entries(configMaps).map(([name, content]) => objectOf('ConfigMap', name, content))
  const keys = Object.entries(secrets).map(([name, texts]) => {
    const data = Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')])
    return objectOf('Secret', name, { data: Object.fromEntries(data) } satisfies Pick<Secret, 'data'>)
  })
  return {
    async read<T extends KubeObject>(kind: { readonly kind: string }, namespace: string, name: string) {
      const found = [...maps, ...keys].find(each => each.kind === kind.kind && each.metadata.name === name)
      return (namespace === 'default' ? found : undefined) as DeepReadonly<T> | undefined
    },
  }
}

function objectOf(kind: string, name: string, content: object) {
  return { apiVersion: 'v1', kind, metadata: { namespace: 'default', name }, ...content }
}
