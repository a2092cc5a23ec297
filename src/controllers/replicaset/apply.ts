import { isApiError } from '../../api/api-error.ts'
import { ReplicaSet } from '../../api/kinds/apps/replica-set.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { NewObject } from '../../client/client.ts'
import { adoptObject, releaseObject } from '../../control/adoption.ts'
import type { ReconcileContext } from '../../control/controller.ts'
import { isNamespaceTerminating } from '../../control/namespace-terminating.ts'
import { controllerReference } from '../../control/owner.ts'
import { messageOf } from '../../lib/message-of.ts'
import type { ReplicaSetPlan } from './plan.ts'
import { slowStart } from './slow-start.ts'
import type { ReplicaFailure } from './status.ts'

type PodView = DeepReadonly<Pod>
type ReplicaSetView = DeepReadonly<ReplicaSet>

export interface ApplyOutcome {
  /** What the status should say. */
  readonly failure?: ReplicaFailure
  /** Thrown once the status is written, so that the key is tried again. */
  readonly error?: unknown
}

/** Claims first, so that nothing is created beside a pod that could be adopted. */
export async function applyReplicaSetPlan(
  replicaSet: ReplicaSetView,
  plan: ReplicaSetPlan,
  context: ReconcileContext,
): Promise<ApplyOutcome> {
  const { client } = context
  for (const pod of plan.adopt) await adoptObject(client, Pod, pod, ReplicaSet, replicaSet)
  for (const pod of plan.release) await releaseObject(client, Pod, pod, replicaSet)
  const creation = await createPods(replicaSet, plan.createCount, context)
  if (creation.error !== undefined) return creation
  return deletePods(replicaSet, plan.delete, context)
}

async function createPods(replicaSet: ReplicaSetView, count: number, context: ReconcileContext): Promise<ApplyOutcome> {
  const template = podFromTemplate(replicaSet)
  const { errors } = await slowStart(count, async () => {
    const pod = await context.client.create(Pod, template)
    context.recordEvent(replicaSet, 'Normal', 'SuccessfulCreate', `Created pod: ${pod.metadata.name}`)
  })
  const [error] = errors
  if (error === undefined || isNamespaceTerminating(error)) return {}
  const message = messageOf(error)
  context.recordEvent(replicaSet, 'Warning', 'FailedCreate', `Error creating: ${message}`)
  return { failure: { reason: 'FailedCreate', message }, error }
}

async function deletePods(
  replicaSet: ReplicaSetView,
  pods: readonly PodView[],
  context: ReconcileContext,
): Promise<ApplyOutcome> {
  const results = await Promise.allSettled(pods.map(pod => deletePod(replicaSet, pod, context)))
  const failed = results.find(result => result.status === 'rejected')
  if (failed === undefined) return {}
  return { failure: { reason: 'FailedDelete', message: messageOf(failed.reason) }, error: failed.reason }
}

async function deletePod(replicaSet: ReplicaSetView, pod: PodView, context: ReconcileContext): Promise<void> {
  const { name, namespace, uid } = pod.metadata
  try {
    await context.client.delete(
      Pod,
      { name, namespace: namespace ?? '' },
      { ...(uid !== undefined && { preconditions: { uid } }) },
    )
    context.recordEvent(replicaSet, 'Normal', 'SuccessfulDelete', `Deleted pod: ${name}`)
  } catch (error) {
    // Somebody else deleted it (or another pod has its name now): what was wanted has happened.
    if (isApiError(error, 'NotFound') || isApiError(error, 'Conflict')) return
    context.recordEvent(replicaSet, 'Warning', 'FailedDelete', `Error deleting: ${messageOf(error)}`)
    throw error
  }
}

function podFromTemplate(replicaSet: ReplicaSetView): NewObject<Pod> {
  const { name, namespace } = replicaSet.metadata
  const template = replicaSet.spec?.template
  const { labels, annotations, finalizers } = template?.metadata ?? {}
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      generateName: `${name}-`,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ownerReferences: [controllerReference(ReplicaSet, replicaSet)],
    },
    ...(template?.spec && { spec: template.spec }),
  } as NewObject<Pod>
}
