import { Namespace } from '../../api/kinds/core/namespace.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly, ObjectKey } from '../../api/object.ts'
import { defineController, settled, wakeAt } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { writeStatus } from '../../control/write-status.ts'
import { emptyNamespace } from './empty-namespace.ts'
import { finalizersLeft, mustEmpty } from './plan.ts'
import { terminatingStatus } from './status.ts'

/** How soon a namespace that still has something in it is looked at again; pods that go wake it earlier. */
const LOOK_AGAIN_MS = 1_000

/** Deletes what is in a namespace that is being deleted, then lets it go. Writes: its contents, status and finalizer. */
export const namespaceController = defineController({
  name: 'namespace-controller',
  kind: Namespace,
  watches: [{ kind: Pod, keys: leavingPodKeys }],
  concurrency: 4,
  async reconcile(key, { client, clock }) {
    const namespace = await getIfPresent(client, Namespace, key)
    if (namespace === undefined || !mustEmpty(namespace)) return settled
    const remains = await emptyNamespace(client, key.name)
    const status = terminatingStatus(namespace, remains, clock.now())
    const current = await writeStatus(client, Namespace, namespace, status)
    if (remains.failures.length > 0) throw remains.failures[0]!.error
    if (remains.kinds.length > 0) return wakeAt(clock.now() + LOOK_AGAIN_MS)
    const emptied = { ...current, spec: { ...current.spec, finalizers: finalizersLeft(current) } }
    await client.update(Namespace, emptied as DeepReadonly<Namespace>, { subresource: 'finalize' })
    return settled
  },
})

/** The last pods of a namespace go when their grace is over, which nothing else would tell. */
function leavingPodKeys(pod: DeepReadonly<Pod>): readonly ObjectKey[] {
  const { deletionTimestamp, namespace } = pod.metadata
  return deletionTimestamp === undefined || namespace === undefined ? [] : [{ name: namespace }]
}
