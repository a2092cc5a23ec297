import { apiError, conflict } from '../api/api-error.ts'
import type { PodCondition } from '../api/generated/types.ts'
import type { Pod } from '../api/kinds/core/pod.ts'
import type { Json, KubeObject } from '../api/object.ts'
import { getOwn, isPlainObject } from '../api/plain-object.ts'
import type { DeleteOptions } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import { formatTime } from '../lib/clock.ts'
import { answerObject } from './answer-object.ts'
import type { Authorizer } from './authorizer.ts'
import { copyJson } from './copy-json.ts'
import { decodeRequest, requireObject } from './decode-request.ts'
import type { DeletePath } from './delete-path.ts'
import { authorize } from './forbidden.ts'
import type { ObjectTarget, RequestBody, RequestContext, StoredObject } from './registry.ts'
import type { RequestedChange } from './requested-change.ts'
import { isPodKind } from './well-known-kinds.ts'
import { bindingForm } from './write-form.ts'
import type { WritePath } from './write-path.ts'

export interface PodActionsOptions {
  readonly authorizer: Authorizer
  readonly writes: WritePath
  readonly deletes: DeletePath
  readonly clock: Clock
}

/** What a POST to a pod's `binding` or `eviction` does: it puts the pod on a node, or deletes it. */
export class PodActions {
  readonly #options: PodActionsOptions

  constructor(options: PodActionsOptions) {
    this.#options = options
  }

  /** Answers with a Status, as Kubernetes does. Throws 404 for any other subresource. */
  async create(context: RequestContext, target: ObjectTarget, body: RequestBody): Promise<StoredObject> {
    const { served, subresource } = target
    const known = isPodKind(served.kind) && (subresource === 'binding' || subresource === 'eviction')
    if (!known)
      throw apiError(
        'NotFound',
        `the server could not find the requested resource: ${served.kind.plural}/${subresource}`,
      )
    const sent = requireObject(decodeRequest(body).value)
    checkNamed(sent, target)
    await authorize(this.#options.authorizer, context, { verb: 'create', target })
    const { subresource: _, ...pod } = target
    if (subresource === 'binding') await this.#bind(context, pod, sent)
    else await this.#evict(context, pod, sent)
    return answerObject(served.kind, { name: target.name }, success(), 'as it is')
  }

  async #bind(context: RequestContext, pod: ObjectTarget, binding: JsonObject): Promise<void> {
    const node = textAt(binding, 'target', 'name')
    if (node === '') throw apiError('BadRequest', 'target.name is missing: it names the node that the pod goes to')
    const annotations = getOwn(objectAt(binding, 'metadata'), 'annotations')
    const preconditions = { uid: textAt(binding, 'metadata', 'uid') }
    const change: RequestedChange = {
      next: shown => {
        const draft = copyJson(shown) as Pod
        checkUnbound(pod, draft)
        draft.spec.nodeName = node
        if (isPlainObject(annotations))
          draft.metadata.annotations = { ...draft.metadata.annotations, ...(annotations as Record<string, string>) }
        draft.status = { ...draft.status, conditions: scheduled(draft, formatTime(this.#options.clock.now())) }
        return { object: draft, preconditions, managedFields: draft.metadata.managedFields ?? [] }
      },
    }
    await this.#options.writes.change(context, { ...pod, subresource: 'binding' }, change, bindingForm(pod.served))
  }

  async #evict(context: RequestContext, pod: ObjectTarget, eviction: JsonObject): Promise<void> {
    const options = objectAt(eviction, 'deleteOptions')
    const grace = getOwn(options, 'gracePeriodSeconds')
    const preconditions = objectAt(options, 'preconditions')
    const deletion: DeleteOptions = {
      ...(typeof grace === 'number' && { gracePeriodSeconds: grace }),
      preconditions: { uid: textAt(preconditions, 'uid'), resourceVersion: textAt(preconditions, 'resourceVersion') },
    }
    await this.#options.deletes.delete(context, pod, deletion)
  }
}

type JsonObject = { readonly [key: string]: Json }

function checkNamed(sent: JsonObject, { name }: ObjectTarget): void {
  const given = textAt(sent, 'metadata', 'name')
  if (given === '' || given === name) return
  throw apiError('BadRequest', `the name of the object (${given}) does not match the name on the URL (${name})`)
}

function checkUnbound({ served, name }: ObjectTarget, pod: Pod): void {
  const refuse = (why: string) => conflict('', `${served.kind.plural}/binding`, name, why)
  if (pod.metadata.deletionTimestamp !== undefined)
    throw refuse(`pod ${name} is being deleted, cannot be assigned to a host`)
  if (pod.spec.nodeName) throw refuse(`pod ${name} is already assigned to node ${JSON.stringify(pod.spec.nodeName)}`)
}

function scheduled({ status }: Pod, at: string): PodCondition[] {
  const others = (status?.conditions ?? []).filter(({ type }) => type !== 'PodScheduled')
  return [...others, { type: 'PodScheduled', status: 'True', lastTransitionTime: at }]
}

function objectAt(value: JsonObject, key: string): JsonObject {
  const member = getOwn(value, key)
  return isPlainObject(member) ? (member as JsonObject) : {}
}

function textAt(value: JsonObject, ...path: readonly [...string[]]): string {
  const last = path.at(-1) ?? ''
  const text = getOwn(path.slice(0, -1).reduce(objectAt, value), last)
  return typeof text === 'string' ? text : ''
}

function success(): KubeObject {
  return { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 } as unknown as KubeObject
}
