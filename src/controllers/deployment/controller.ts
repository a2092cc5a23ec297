import { Deployment } from '../../api/kinds/apps/deployment.ts'
import { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly, ObjectKey } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import { defineController, settled, wakeAt } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { controllerOf } from '../../control/owner.ts'
import { workloadSelector } from '../../control/workload-selector.ts'
import { isPodActive } from '../pod-state.ts'
import { applyDeploymentPlan } from './apply.ts'
import { isRecreate } from './limits.ts'
import type { ObservedDeployment } from './plan.ts'
import { planDeployment } from './plan.ts'

/** Moves a Deployment's pods to its template through replica sets. Writes: its replica sets, its revision and status. */
export const deploymentController = defineController({
  name: 'deployment-controller',
  kind: Deployment,
  owns: [ReplicaSet],
  watches: [
    { kind: ReplicaSet, keys: orphanKeys },
    { kind: Pod, keys: leavingPodKeys },
  ],
  concurrency: 8,
  async reconcile(key, context) {
    const { client, clock } = context
    const observed = await observeDeployment(key, client)
    if (observed === undefined) return settled
    const plan = planDeployment(observed, clock.now())
    await applyDeploymentPlan(observed.deployment, plan, context)
    return plan.wakeAtMs === undefined ? settled : wakeAt(plan.wakeAtMs + 1000)
  },
})

async function observeDeployment(key: ObjectKey, client: Client): Promise<ObservedDeployment | undefined> {
  const deployment = await getIfPresent(client, Deployment, key)
  if (deployment === undefined) return undefined
  const inNamespace = { namespace: key.namespace ?? '' }
  const replicaSets = await client.list(ReplicaSet, inNamespace)
  const pods = isRecreate(deployment) ? (await client.list(Pod, inNamespace)).items : []
  return { deployment, replicaSets: replicaSets.items, pods }
}

/** A replica set without a manager concerns every Deployment that would adopt it. */
async function orphanKeys(replicaSet: DeepReadonly<ReplicaSet>, client: Client): Promise<readonly ObjectKey[]> {
  if (controllerOf(replicaSet) !== undefined) return []
  const { items } = await client.list(Deployment, { namespace: replicaSet.metadata.namespace ?? '' })
  const selecting = items.filter(each => workloadSelector(each.spec?.selector)(replicaSet.metadata.labels))
  return selecting.map(objectKeyOf)
}

/** Recreate waits for the old pods to be gone, which their replica sets do not count any more. */
async function leavingPodKeys(pod: DeepReadonly<Pod>, client: Client): Promise<readonly ObjectKey[]> {
  const owner = controllerOf(pod)
  const { namespace } = pod.metadata
  if (isPodActive(pod) || owner?.kind !== 'ReplicaSet' || namespace === undefined) return []
  const replicaSet = await getIfPresent(client, ReplicaSet, { namespace, name: owner.name })
  const manager = replicaSet && controllerOf(replicaSet)
  return manager?.kind === 'Deployment' ? [{ namespace, name: manager.name }] : []
}
