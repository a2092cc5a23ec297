import { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly, ObjectKey } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import type { ReconcileContext } from '../../control/controller.ts'
import { defineController, settled, wakeAt } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { controllerOf } from '../../control/owner.ts'
import { workloadSelector } from '../../control/workload-selector.ts'
import { writeStatus } from '../../control/write-status.ts'
import { applyReplicaSetPlan } from './apply.ts'
import { planReplicaSet } from './plan.ts'
import { nextAvailableAtMs, replicaSetStatus } from './status.ts'

/** Keeps a ReplicaSet at its wanted number of pods. Writes: the pods it owns, its own status. */
export const replicaSetController = defineController({
  name: 'replicaset-controller',
  kind: ReplicaSet,
  owns: [Pod],
  watches: [{ kind: Pod, keys: orphanKeys }],
  concurrency: 8,
  async reconcile(key, context) {
    const { client, clock } = context
    const replicaSet = await getIfPresent(client, ReplicaSet, key)
    if (replicaSet === undefined) return settled
    const plan = planReplicaSet({ replicaSet, pods: await podsBeside(key, client) }, clock.now())
    const outcome = await applyReplicaSetPlan(replicaSet, plan, context)
    const nextAt = await reportStatus(replicaSet, key, outcome.failure, context)
    if (outcome.error !== undefined) throw outcome.error
    return nextAt === undefined ? settled : wakeAt(nextAt)
  },
})

/** Read again after the writes, so that the status counts what they did. */
async function reportStatus(
  replicaSet: DeepReadonly<ReplicaSet>,
  key: ObjectKey,
  failure: Parameters<typeof replicaSetStatus>[2],
  { client, clock }: ReconcileContext,
): Promise<number | undefined> {
  const pods = await podsBeside(key, client)
  await writeStatus(client, ReplicaSet, replicaSet, replicaSetStatus(replicaSet, pods, failure, clock.now()))
  return nextAvailableAtMs(replicaSet, pods, clock.now())
}

async function podsBeside(key: ObjectKey, client: Client): Promise<readonly DeepReadonly<Pod>[]> {
  const { items } = await client.list(Pod, { namespace: key.namespace ?? '' })
  return items
}

/** A pod without a manager concerns every set that would adopt it. */
async function orphanKeys(pod: DeepReadonly<Pod>, client: Client): Promise<readonly ObjectKey[]> {
  if (controllerOf(pod) !== undefined || pod.metadata.labels === undefined) return []
  const { items } = await client.list(ReplicaSet, { namespace: pod.metadata.namespace ?? '' })
  return items.filter(replicaSet => workloadSelector(replicaSet.spec?.selector)(pod.metadata.labels)).map(objectKeyOf)
}
