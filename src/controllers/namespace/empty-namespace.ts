import { qualifiedResource } from '../../api/api-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import { ignoreGoneOrChanged } from '../../control/ignore-gone.ts'

/** What is still there after everything was asked to go. */
export interface Remains {
  readonly kinds: readonly RemainingKind[]
  readonly failures: readonly { readonly resource: string; readonly error: Error }[]
}

interface RemainingKind {
  /** `pods`, `deployments.apps`. */
  readonly resource: string
  readonly count: number
  /** How many objects each finalizer holds. */
  readonly finalizers: ReadonlyMap<string, number>
}

/** Objects of one kind deleted by one look; the rest follows with the next. */
const DELETIONS_MAX = 500
const DELETIONS_AT_ONCE = 16

/** Deletes everything in the namespace that is not on its way out already. One kind that fails does not stop others. */
export async function emptyNamespace(client: Client, namespace: string): Promise<Remains> {
  const kinds: RemainingKind[] = []
  const failures: { resource: string; error: Error }[] = []
  for (const kind of client.kinds.list().filter(each => each.namespaced)) {
    const resource = qualifiedResource(kind.group, kind.plural)
    try {
      const left = await emptyOfKind(client, kind, namespace)
      if (left.length > 0) kinds.push({ resource, count: left.length, finalizers: countFinalizers(left) })
    } catch (error) {
      failures.push({ resource, error: error instanceof Error ? error : new Error(String(error)) })
    }
  }
  return { kinds, failures }
}

async function emptyOfKind(
  client: Client,
  kind: Kind,
  namespace: string,
): Promise<readonly DeepReadonly<KubeObject>[]> {
  const { items } = await client.list(kind, { namespace, consistency: 'latest' })
  if (items.length === 0) return []
  const standing = items.filter(each => each.metadata.deletionTimestamp === undefined).slice(0, DELETIONS_MAX)
  for (let start = 0; start < standing.length; start += DELETIONS_AT_ONCE)
    await Promise.all(standing.slice(start, start + DELETIONS_AT_ONCE).map(each => deleteObject(client, kind, each)))
  return standing.length === 0 ? items : (await client.list(kind, { namespace })).items
}

async function deleteObject(client: Client, kind: Kind, object: DeepReadonly<KubeObject>): Promise<void> {
  const { uid } = object.metadata
  const preconditions = uid === undefined ? {} : { preconditions: { uid } }
  await ignoreGoneOrChanged(() =>
    client.delete(kind, objectKeyOf(object), { propagation: 'Background', ...preconditions }),
  )
}

function countFinalizers(objects: readonly DeepReadonly<KubeObject>[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const finalizer of objects.flatMap(each => each.metadata.finalizers ?? []))
    counts.set(finalizer, (counts.get(finalizer) ?? 0) + 1)
  return counts
}
