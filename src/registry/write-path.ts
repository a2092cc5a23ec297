import { alreadyExists, conflict, MODIFIED, notFound } from '../api/api-error.ts'
import { applyDefaults } from '../api/defaulting.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject, ManagedFieldsEntry, ObjectKey } from '../api/object.ts'
import type { Clock } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import { randomSuffix } from '../lib/random.ts'
import type { Compare } from '../store/store.ts'
import type { AdmissionPlugin, AdmissionReview } from './admission.ts'
import { admit, mutate } from './admission-chain.ts'
import { answerObject } from './answer-object.ts'
import { claimChanges, commit } from './commit.ts'
import { copyJson } from './copy-json.ts'
import type { Envelopes } from './envelope.ts'
import { fenceChanges, fenceGuard } from './fence.ts'
import { ownFields } from './field-ownership.ts'
import { KeptObject, withRevision } from './kept-object.ts'
import { isRenewal } from './lease-renewal.ts'
import { namespaceGuard } from './namespace-guard.ts'
import { nodeNameOf } from './node-permissions.ts'
import type { ObjectAccess } from './object-access.ts'
import { objectBytes, sameBytes } from './object-bytes.ts'
import { isReleased } from './plan-deletion.ts'
import { checkPreconditions } from './preconditions.ts'
import { prepareCreate, prepareUpdate } from './prepare-object.ts'
import type { ObjectTarget, RequestContext, StoredObject, WriteResult } from './registry.ts'
import type { NewForm, RequestedChange } from './requested-change.ts'
import type { ResourceClaims } from './resource-claims.ts'
import { storeKey } from './store-key.ts'
import { validateCreate, validateUpdate, warnAbout } from './validate-object.ts'
import { isLeaseKind, isPodKind } from './well-known-kinds.ts'
import { showInVersion, storageForm, storeFromVersion, type WriteForm, writeFormOf } from './write-form.ts'

/** Times a write is run again because it lost against another one. */
export const WRITE_RERUNS_MAX = 5
/** Names tried for one generateName. */
const GENERATED_NAME_TRIES = 8
/** Characters of generateName that are kept, so that the whole fits a DNS label. */
const GENERATED_PREFIX_MAX = 58

export interface WritePathOptions {
  readonly objects: ObjectAccess
  readonly namespaces: ServedKind
  readonly envelopes: Envelopes
  readonly clock: Clock
  readonly random: Random
  readonly admission: readonly AdmissionPlugin[]
  readonly claims: ResourceClaims
  /** True: a renewal of a lease changes memory only. For a store that one process serves. */
  readonly volatileRenewals: boolean
}

/** A write on its way: what is asked for, and what is there. */
interface Asked {
  readonly context: RequestContext
  readonly served: ServedKind
  readonly subresource: string | undefined
  /** In the request's version: without defaults. */
  readonly sent: KubeObject
  readonly managedFields: readonly ManagedFieldsEntry[] | undefined
  readonly current: KeptObject | undefined
  /** `current` in the request's version. */
  readonly live: KubeObject | undefined
}

/**
 * The one write path behind create, update, patch and apply, from the decoded object to the transaction. Everything
 * before (decoding, authorization) is the caller's; everything in it may run again when a write loses against another.
 */
export class WritePath {
  readonly #options: WritePathOptions

  constructor(options: WritePathOptions) {
    this.#options = options
  }

  /** `sent` is in the request's version and is not changed. */
  async create(context: RequestContext, served: ServedKind, sent: KubeObject): Promise<StoredObject> {
    const { name, generateName } = sent.metadata
    if (name || !generateName) return this.#createNamed(context, served, sent)
    for (let attempt = 1; ; attempt++) {
      const generated = generateName.slice(0, GENERATED_PREFIX_MAX) + randomSuffix(this.#options.random)
      const named = { ...sent, metadata: { ...sent.metadata, name: generated } }
      try {
        return await this.#createNamed(context, served, named)
      } catch (error) {
        if (attempt === GENERATED_NAME_TRIES || !isAlreadyThere(error)) throw error
      }
    }
  }

  /** Runs the change on what is there, again if it loses against another write and has no precondition. */
  async change(
    context: RequestContext,
    target: ObjectTarget,
    change: RequestedChange,
    form: WriteForm = writeFormOf(target.served, target.subresource),
  ): Promise<WriteResult> {
    for (let run = 0; run <= WRITE_RERUNS_MAX; run++) {
      const current = this.#options.objects.get(target.served.kind, target)
      const result =
        current === undefined
          ? await this.#createMissing(context, target, change)
          : await this.#changeOnce(context, target, form, change, current)
      if (result !== undefined) return result
    }
    throw conflict(target.served.version.group, target.served.kind.plural, target.name, MODIFIED)
  }

  async #createNamed(context: RequestContext, served: ServedKind, sent: KubeObject): Promise<StoredObject> {
    for (let run = 0; run <= WRITE_RERUNS_MAX; run++) {
      const created = await this.#createOnce(context, served, { object: sent })
      if (created !== undefined) return created
    }
    throw conflict(served.version.group, served.kind.plural, sent.metadata.name, MODIFIED)
  }

  async #createOnce(context: RequestContext, served: ServedKind, form: NewForm): Promise<StoredObject | undefined> {
    const guards = this.#guards(context, served, form.object.metadata)
    return this.#write(
      {
        context,
        served,
        subresource: undefined,
        sent: form.object,
        managedFields: form.managedFields,
        current: undefined,
        live: undefined,
      },
      guards,
    )
  }

  async #createMissing(
    context: RequestContext,
    target: ObjectTarget,
    change: RequestedChange,
  ): Promise<WriteResult | undefined> {
    const { served, name } = target
    if (change.create === undefined || target.subresource !== undefined) {
      throw notFound(served.version.group, served.kind.plural, name)
    }
    const object = await this.#createOnce(context, served, change.create())
    return object && { object, created: true }
  }

  async #changeOnce(
    context: RequestContext,
    target: ObjectTarget,
    form: WriteForm,
    change: RequestedChange,
    current: KeptObject,
  ): Promise<WriteResult | undefined> {
    const { served, subresource } = target
    const live = showInVersion(current.copy(), served.version)
    const next = change.next(form.show(live))
    checkPreconditions(served, current.object(), next.preconditions)
    const sent = form.fold(next.object, live)
    const asked = { context, served, subresource, sent, managedFields: next.managedFields, current, live }
    const object = await this.#write(asked, this.#fence(context, served))
    return object && { object, created: false }
  }

  /** Everything between what was asked for and the transaction. Undefined: it lost against another write. */
  async #write(asked: Asked, guards: readonly Compare[]): Promise<StoredObject | undefined> {
    const { context, served, subresource, sent, current } = asked
    const { kind, version } = served
    const isWhole = subresource === undefined
    const inVersion = copyJson(sent)
    if (isWhole) applyDefaults(inVersion, version)
    const object = storeFromVersion(inVersion, served)
    const review = this.#review(asked, object)
    await mutate(this.#options.admission, review)
    if (isWhole) applyDefaults(object, storageForm(kind))
    this.#prepare(asked, object)
    const reserved = isWhole ? this.#options.claims.allocate(kind, object, current?.object()) : undefined
    try {
      this.#setOwners(asked, object)
      this.#validate(asked, object)
      warnAbout(served, object, context)
      await admit(this.#options.admission, review)
      return await this.#store(asked, object, guards)
    } finally {
      reserved?.release()
    }
  }

  #validate({ served, subresource, current }: Asked, object: KubeObject): void {
    if (current === undefined) validateCreate(served, object)
    else validateUpdate(served, object, current.object(), subresource)
  }

  #prepare({ context, served: { kind }, subresource, current }: Asked, object: KubeObject): void {
    const prepare = { nowMs: this.#options.clock.now(), random: this.#options.random, user: context.user.user }
    const keepUid = isPodKind(kind) && nodeNameOf(context.user) !== undefined
    if (current === undefined) prepareCreate(kind, object, { ...prepare, keepUid })
    else prepareUpdate(kind, object, current.object(), subresource, prepare)
  }

  #setOwners({ context, served, subresource, sent, managedFields, live }: Asked, object: KubeObject): void {
    const { fieldManager } = context
    const nowMs = this.#options.clock.now()
    const owners = managedFields ?? ownFields({ served, fieldManager, subresource, live, sent, stored: object, nowMs })
    if (owners.length > 0) object.metadata.managedFields = [...owners]
    else delete object.metadata.managedFields
  }

  /** Undefined: it lost against another write and nothing happened. */
  async #store(asked: Asked, object: KubeObject, guards: readonly Compare[]): Promise<StoredObject | undefined> {
    const { context, served, current } = asked
    const key = current?.key ?? keyOf(object)
    const { kind, version } = served
    const { objects, envelopes, claims } = this.#options
    if (current === undefined && objects.get(kind, key) !== undefined) {
      throw alreadyExists(version.group, kind.plural, key.name)
    }
    const body = objectBytes(object)
    if (current !== undefined && sameBytes(body, current.body)) return current
    if (context.dryRun)
      return answerObject(kind, key, current ? withRevision(object, current.revision) : object, 'storage version')
    const removed = current !== undefined && isReleased(kind, object)
    if (
      this.#options.volatileRenewals &&
      isLeaseKind(kind) &&
      current !== undefined &&
      isRenewal(object, current.object())
    ) {
      const renewed = new KeptObject(kind, key, current.revision, body)
      objects.kind(kind).refresh(renewed)
      return renewed
    }
    const cache = objects.cacheFor(kind)
    const path = storeKey(kind, key)
    const before = current === undefined ? [] : claims.of(kind, current.object())
    const result = await commit({
      cache,
      key: path,
      expected: current?.revision ?? 0,
      value: removed ? undefined : envelopes.wrap(path, body, kind.secret),
      ...claimChanges(before, removed ? [] : claims.of(kind, object)),
      guards,
      also: fenceChanges(kind, current?.object(), removed ? undefined : object),
    })
    if (result.type !== 'done') return undefined
    if (removed) return new KeptObject(kind, key, result.revision, body)
    const kept = objects.kind(kind).get(key)
    return kept?.revision === result.revision ? kept : new KeptObject(kind, key, result.revision, body)
  }

  #guards(context: RequestContext, served: ServedKind, metadata: KubeObject['metadata']): Compare[] {
    const fence = this.#fence(context, served)
    if (!served.kind.namespaced) return fence
    const { objects, namespaces } = this.#options
    const guard = namespaceGuard(objects.kind(namespaces.kind), served, metadata.namespace ?? '', metadata.name)
    return served.kind.ephemeral ? fence : [...fence, guard]
  }

  #fence(context: RequestContext, served: ServedKind): Compare[] {
    if (context.fence === undefined || served.kind.ephemeral) return []
    return [fenceGuard(this.#options.objects.main, context.fence)]
  }

  #review({ context, served, subresource, current }: Asked, object: KubeObject): AdmissionReview<KubeObject> {
    const { name, namespace } = object.metadata
    return {
      operation: current === undefined ? 'CREATE' : 'UPDATE',
      context,
      served,
      namespace,
      name,
      subresource,
      object,
      current: current?.object(),
    }
  }
}

function keyOf({ metadata }: Readonly<KubeObject>): ObjectKey {
  return { name: metadata.name, ...(metadata.namespace !== undefined && { namespace: metadata.namespace }) }
}

function isAlreadyThere(error: unknown): boolean {
  return error instanceof Error && 'reason' in error && error.reason === 'AlreadyExists'
}
