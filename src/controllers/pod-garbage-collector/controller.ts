import { Node } from '../../api/kinds/core/node.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import type { DeepReadonly, ObjectKey } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { formatObjectKey, objectKeyOf } from '../../client/object-key.ts'
import type { Controller, ReconcileContext } from '../../control/controller.ts'
import { defineController, settled, wakeAt } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { ignoreGoneOrChanged } from '../../control/ignore-gone.ts'
import { formatTime } from '../../lib/clock.ts'
import { isPodFinished } from '../pod-state.ts'
import { excessFinishedPods, judgePod } from './plan.ts'

type PodView = DeepReadonly<Pod>

export interface PodGarbageCollectorOptions {
  /** Finished pods kept for people to look at; 1,000 when left out. */
  readonly finishedPodsMax?: number
}

const FINISHED_PODS_MAX = 1_000

/** Removes pods that no node will ever end, and finished ones beyond a number. Writes: those pods. */
export function podGarbageCollector(options: PodGarbageCollectorOptions = {}): Controller {
  const { finishedPodsMax = FINISHED_PODS_MAX } = options
  const missing = new MissingNodes()
  const finished = new Set<string>()
  return defineController({
    name: 'pod-garbage-collector',
    kind: Pod,
    watches: [{ kind: Node, keys: podsOfMissingNode }],
    concurrency: 2,
    async reconcile(key, context) {
      const { client, clock } = context
      const pod = await getIfPresent(client, Pod, key)
      if (pod !== undefined && isPodFinished(pod)) finished.add(formatObjectKey(key))
      else finished.delete(formatObjectKey(key))
      if (pod === undefined) return settled
      if (finished.size > finishedPodsMax) await removeExcess(finishedPodsMax, context)
      const verdict = judgePod(pod, await missing.goneForMs(pod.spec?.nodeName, client, clock.monotonic()))
      if (verdict.type === 'wait') return wakeAt(clock.now() + verdict.forMs)
      if (verdict.type === 'delete') await endPod(pod, verdict.why, context)
      return settled
    },
  })
}

/** Since when nodes that pods name are missing, by our own monotonic clock. */
class MissingNodes {
  readonly #sinceMs = new Map<string, number>()

  async goneForMs(name: string | undefined, client: Client, nowMs: number): Promise<number | undefined> {
    if (!name) return undefined
    if (await hasNode(name, client)) {
      this.#sinceMs.delete(name)
      return undefined
    }
    const sinceMs = this.#sinceMs.get(name) ?? nowMs
    this.#sinceMs.set(name, sinceMs)
    return nowMs - sinceMs
  }
}

/** What memory does not have is asked of the server itself before a pod is given up for it. */
async function hasNode(name: string, client: Client): Promise<boolean> {
  if ((await getIfPresent(client, Node, { name })) !== undefined) return true
  return (await getIfPresent(client, Node, { name }, { consistency: 'latest' })) !== undefined
}

/** Nobody else will: it is marked failed, so that whoever watches it learns its end, and removed without grace. */
async function endPod(pod: PodView, why: string, { client, clock }: ReconcileContext): Promise<void> {
  const { uid } = pod.metadata
  if (!isPodFinished(pod)) {
    const disruption = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByPodGC',
      message: why,
      lastTransitionTime: formatTime(clock.now()),
    }
    const body = { metadata: { ...(uid && { uid }) }, status: { phase: 'Failed', conditions: [disruption] } }
    await ignoreGoneOrChanged(() =>
      client.patch(Pod, objectKeyOf(pod), { type: 'strategic', body }, { subresource: 'status' }),
    )
  }
  await deletePod(client, pod)
}

async function removeExcess(finishedPodsMax: number, { client }: ReconcileContext): Promise<void> {
  const { items } = await client.list(Pod)
  for (const pod of excessFinishedPods(items, finishedPodsMax)) await deletePod(client, pod)
}

async function deletePod(client: Client, pod: PodView): Promise<void> {
  const { uid } = pod.metadata
  const preconditions = { ...(uid !== undefined && { uid }) }
  await ignoreGoneOrChanged(() => client.delete(Pod, objectKeyOf(pod), { gracePeriodSeconds: 0, preconditions }))
}

async function podsOfMissingNode(node: DeepReadonly<Node>, client: Client): Promise<readonly ObjectKey[]> {
  const { name } = node.metadata
  if ((await getIfPresent(client, Node, { name })) !== undefined) return []
  return (await client.list(Pod, { fieldSelector: `spec.nodeName=${name}` })).items.map(objectKeyOf)
}
