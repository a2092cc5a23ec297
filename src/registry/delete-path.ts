import { conflict, isApiError, MODIFIED, notFound } from '../api/api-error.ts'
import type { KubeObject, ObjectKey } from '../api/object.ts'
import type { DeleteOptions } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { AdmissionPlugin } from './admission.ts'
import { admit } from './admission-chain.ts'
import { answerObject } from './answer-object.ts'
import { claimChanges, commit } from './commit.ts'
import type { Envelopes } from './envelope.ts'
import { fenceChanges, fenceGuard } from './fence.ts'
import { KeptObject, withRevision } from './kept-object.ts'
import { refusePermanentNamespace } from './namespace-guard.ts'
import type { ObjectAccess } from './object-access.ts'
import { objectBytes } from './object-bytes.ts'
import { planDeletion } from './plan-deletion.ts'
import { checkPreconditions } from './preconditions.ts'
import type { DeleteResult, ObjectTarget, RequestContext, StoredObject } from './registry.ts'
import type { ResourceClaims } from './resource-claims.ts'
import { storeKey } from './store-key.ts'
import { isNamespaceKind } from './well-known-kinds.ts'
import { WRITE_RERUNS_MAX } from './write-path.ts'

/** Objects of one DELETE of a collection that are being deleted at the same time. */
const COLLECTION_CONCURRENCY = 16

export interface DeletePathOptions {
  readonly objects: ObjectAccess
  readonly envelopes: Envelopes
  readonly clock: Clock
  readonly admission: readonly AdmissionPlugin[]
  readonly claims: ResourceClaims
}

/** What DELETE does, for one object and for a collection. Authorization is the caller's. */
export class DeletePath {
  readonly #options: DeletePathOptions

  constructor(options: DeletePathOptions) {
    this.#options = options
  }

  async delete(context: RequestContext, target: ObjectTarget, options: DeleteOptions): Promise<DeleteResult> {
    const { served, name } = target
    const { kind, version } = served
    if (isNamespaceKind(kind)) refusePermanentNamespace(served, name)
    for (let run = 0; run <= WRITE_RERUNS_MAX; run++) {
      const current = this.#options.objects.get(kind, target)
      if (current === undefined) throw notFound(version.group, kind.plural, name)
      const result = await this.#deleteOnce(context, target, options, current)
      if (result !== undefined) return result
    }
    throw conflict(version.group, kind.plural, name, MODIFIED)
  }

  /** Deletes each; what disappears meanwhile is no error. Returns what was found. */
  async deleteAll(
    context: RequestContext,
    target: Omit<ObjectTarget, 'name'>,
    found: readonly StoredObject[],
    options: DeleteOptions,
  ): Promise<void> {
    const queue = found.values()
    const worker = async () => {
      for (const { key } of queue) await this.#deleteIfPresent(context, { ...target, ...key }, options)
    }
    await Promise.all(Array.from({ length: COLLECTION_CONCURRENCY }, worker))
  }

  async #deleteIfPresent(context: RequestContext, target: ObjectTarget, options: DeleteOptions): Promise<void> {
    try {
      await this.delete(context, target, options)
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
    }
  }

  /** Undefined: it lost against another write. */
  async #deleteOnce(
    context: RequestContext,
    target: ObjectTarget,
    options: DeleteOptions,
    current: KeptObject,
  ): Promise<DeleteResult | undefined> {
    const { served } = target
    checkPreconditions(served, current.object(), options.preconditions ?? {})
    await admit(this.#options.admission, {
      operation: 'DELETE',
      context,
      served,
      namespace: target.namespace,
      name: target.name,
      subresource: undefined,
      object: undefined,
      current: current.object(),
    })
    const plan = planDeletion(served.kind, current.object(), options, this.#options.clock.now())
    if (plan.type === 'unchanged') return { remaining: current }
    const draft = plan.type === 'keep' ? plan.draft : undefined
    if (context.dryRun || options.dryRun === true) return dryRunResult(current, draft)
    const revision = await this.#write(context, target, current, draft)
    if (revision === undefined) return undefined
    if (draft === undefined) return { gone: current.at(revision) }
    return { remaining: new KeptObject(served.kind, current.key, revision, objectBytes(draft)) }
  }

  /** Removes the object, or stores the draft in its place. The revision; undefined when it lost. */
  async #write(
    context: RequestContext,
    { served: { kind } }: ObjectTarget,
    current: KeptObject,
    draft: KubeObject | undefined,
  ): Promise<number | undefined> {
    const { objects, envelopes, claims } = this.#options
    const path = storeKey(kind, current.key)
    const held = claims.of(kind, current.object())
    const fenced = context.fence !== undefined && !kind.ephemeral
    const result = await commit({
      cache: objects.cacheFor(kind),
      key: path,
      expected: current.revision,
      value: draft && envelopes.wrap(path, objectBytes(draft), kind.secret),
      ...claimChanges(held, draft === undefined ? [] : held),
      guards: fenced && context.fence ? [fenceGuard(objects.main, context.fence)] : [],
      also: draft === undefined ? fenceChanges(kind, current.object(), undefined) : [],
    })
    return result.type === 'done' ? result.revision : undefined
  }
}

function dryRunResult(current: KeptObject, draft: KubeObject | undefined): DeleteResult {
  if (draft === undefined) return { gone: current }
  const key: ObjectKey = current.key
  return { remaining: answerObject(current.kind, key, withRevision(draft, current.revision), 'storage version') }
}
