import { isApiError } from '../../api/api-error.ts'
import { Deployment } from '../../api/kinds/apps/deployment.ts'
import { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { Client, NewObject } from '../../client/client.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import { adoptObject, releaseObject } from '../../control/adoption.ts'
import type { ReconcileContext } from '../../control/controller.ts'
import { ignoreGone } from '../../control/ignore-gone.ts'
import { isNamespaceTerminating } from '../../control/namespace-terminating.ts'
import { controllerReference, isControlledBy } from '../../control/owner.ts'
import { writeStatus } from '../../control/write-status.ts'
import { messageOf } from '../../lib/message-of.ts'
import { withCondition } from './conditions.ts'
import type { DeploymentPlan, NewReplicaSet, ReplicaSetUpdate } from './plan.ts'
import type { DeploymentView, ReplicaSetView } from './replica-sets.ts'
import { isSameTemplate, POD_TEMPLATE_HASH } from './replica-sets.ts'
import { REVISION } from './revision.ts'
import { deadlineSeconds } from './status.ts'

/** Claims, then sizes, then history, then the status: what the status says has happened by then. */
export async function applyDeploymentPlan(
  deployment: DeploymentView,
  plan: DeploymentPlan,
  context: ReconcileContext,
): Promise<void> {
  const { client } = context
  for (const each of plan.adopt) await adoptObject(client, ReplicaSet, each, Deployment, deployment)
  for (const each of plan.release) await releaseObject(client, ReplicaSet, each, deployment)
  if (plan.create !== undefined) await createReplicaSet(deployment, plan.create, context)
  const adopted = new Set(plan.adopt.map(each => each.metadata.name))
  for (const update of plan.update)
    if (!adopted.has(update.replicaSet.metadata.name)) await updateReplicaSet(deployment, update, context)
  for (const each of plan.delete) await deleteReplicaSet(each, client)
  const current = plan.revision === undefined ? deployment : await writeRevision(deployment, plan.revision, client)
  await writeStatus(client, Deployment, current, plan.status)
}

async function createReplicaSet(
  deployment: DeploymentView,
  wanted: NewReplicaSet,
  context: ReconcileContext,
): Promise<void> {
  try {
    await context.client.create(ReplicaSet, replicaSetFrom(deployment, wanted))
  } catch (error) {
    if (isApiError(error, 'AlreadyExists')) return onNameTaken(deployment, wanted, context, error)
    if (!isNamespaceTerminating(error)) await reportCreateFailure(deployment, wanted, context, error)
    throw error
  }
  if (wanted.replicas > 0) recordScaling(deployment, wanted.name, 0, wanted.replicas, context)
}

function replicaSetFrom(deployment: DeploymentView, wanted: NewReplicaSet): NewObject<ReplicaSet> {
  const { spec, metadata } = deployment
  const template = spec?.template
  const labels = { ...template?.metadata?.labels, [POD_TEMPLATE_HASH]: wanted.hash }
  const selector = spec?.selector
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: wanted.name,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      labels,
      annotations: wanted.annotations,
      ownerReferences: [controllerReference(Deployment, deployment)],
    },
    spec: {
      replicas: wanted.replicas,
      ...(spec?.minReadySeconds !== undefined && { minReadySeconds: spec.minReadySeconds }),
      selector: { ...selector, matchLabels: { ...selector?.matchLabels, [POD_TEMPLATE_HASH]: wanted.hash } },
      template: { ...template, metadata: { ...template?.metadata, labels } },
    },
  } as NewObject<ReplicaSet>
}

/** Ours after all (created just now, the answer lost), or another template with the same hash: count the collision. */
async function onNameTaken(
  deployment: DeploymentView,
  wanted: NewReplicaSet,
  { client }: ReconcileContext,
  error: Error,
): Promise<void> {
  const key = { ...objectKeyOf(deployment), name: wanted.name }
  const taken = await client.get(ReplicaSet, key, { consistency: 'latest' })
  const isOurs = isControlledBy(taken, deployment)
  if (isOurs && isSameTemplate(taken.spec?.template, deployment.spec?.template)) return
  const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
  await writeStatus(client, Deployment, deployment, { ...deployment.status, collisionCount })
  throw error
}

async function reportCreateFailure(
  deployment: DeploymentView,
  wanted: NewReplicaSet,
  context: ReconcileContext,
  error: unknown,
): Promise<void> {
  const { client, clock, recordEvent } = context
  const why = messageOf(error)
  const message = `Failed to create new replica set ${JSON.stringify(wanted.name)}: ${why}`
  recordEvent(deployment, 'Warning', 'ReplicaSetCreateError', message)
  if (deadlineSeconds(deployment) === undefined) return
  const conditions = withCondition(
    deployment.status?.conditions ?? [],
    { type: 'Progressing', status: 'False', reason: 'ReplicaSetCreateError', message },
    clock.now(),
  )
  await writeStatus(client, Deployment, deployment, { ...deployment.status, conditions })
}

async function updateReplicaSet(
  deployment: DeploymentView,
  { replicaSet, replicas, annotations, minReadySeconds }: ReplicaSetUpdate,
  context: ReconcileContext,
): Promise<void> {
  const { resourceVersion } = replicaSet.metadata
  const body = {
    metadata: { ...(resourceVersion && { resourceVersion }), annotations },
    spec: { replicas, ...(minReadySeconds !== (replicaSet.spec?.minReadySeconds ?? 0) && { minReadySeconds }) },
  }
  await context.client.patch(ReplicaSet, objectKeyOf(replicaSet), { type: 'merge', body })
  const before = replicaSet.spec?.replicas ?? 1
  if (before !== replicas) recordScaling(deployment, replicaSet.metadata.name, before, replicas, context)
}

function recordScaling(
  deployment: DeploymentView,
  name: string,
  from: number,
  to: number,
  { recordEvent }: ReconcileContext,
): void {
  const direction = to > from ? 'up' : 'down'
  recordEvent(
    deployment,
    'Normal',
    'ScalingReplicaSet',
    `Scaled ${direction} replica set ${name} from ${from} to ${to}`,
  )
}

async function deleteReplicaSet({ metadata }: ReplicaSetView, client: Client): Promise<void> {
  const { name, namespace, uid, resourceVersion } = metadata
  const preconditions = { ...(uid && { uid }), ...(resourceVersion && { resourceVersion }) }
  await ignoreGone(() => client.delete(ReplicaSet, { name, namespace: namespace ?? '' }, { preconditions }))
}

function writeRevision(
  deployment: DeploymentView,
  revision: string,
  client: Client,
): Promise<DeepReadonly<Deployment>> {
  const { resourceVersion } = deployment.metadata
  const metadata = { ...(resourceVersion && { resourceVersion }), annotations: { [REVISION]: revision } }
  return client.patch(Deployment, objectKeyOf(deployment), { type: 'merge', body: { metadata } })
}
