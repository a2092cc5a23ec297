import { apiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import { storageApiVersion } from '../api/kind.ts'
import type { KindRegistry, ServedKind } from '../api/kind-registry.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'
import type {
  ApplyOptions,
  Client,
  DeleteOptions,
  Fence,
  GetOptions,
  Identity,
  ListOptions,
  NewObject,
  ObjectList,
  ObjectWatch,
  ObjectWatcher,
  Patch,
  WatchOptions,
  WriteOptions,
} from '../client/client.ts'
import type { CollectionTarget, ObjectTarget, Registry, RequestContext, StoredObject, WatchHandle } from './registry.ts'
import { SinkToWatcher } from './sink-to-watcher.ts'

/** What of a registry the Client needs beyond the contract. */
export interface ClientRegistry extends Registry {
  /** Resolves once reads see everything that any process had written when this was called. */
  catchUp(kind: Kind): Promise<void>
  /** Parses them, giving way to everything else now and then. */
  parseAll(objects: readonly StoredObject[]): Promise<void>
}

/** The Client over the registry of the same process: no HTTP, no copy; objects are the cache's own, frozen. */
export class InProcessClient implements Client {
  readonly #registry: ClientRegistry
  readonly #identity: Identity
  readonly #fence: Fence | undefined

  constructor(registry: ClientRegistry, identity: Identity, fence?: Fence) {
    this.#registry = registry
    this.#identity = identity
    this.#fence = fence
  }

  get kinds(): KindRegistry {
    return this.#registry.kinds
  }

  as(identity: Identity): Client {
    return new InProcessClient(this.#registry, identity, this.#fence)
  }

  withFence(fence: Fence): Client {
    return new InProcessClient(this.#registry, this.#identity, fence)
  }

  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: GetOptions = {}): Promise<DeepReadonly<T>> {
    const target = this.#object(kind, key)
    if (options.consistency === 'latest') await this.#registry.catchUp(target.served.kind)
    return read<T>(await this.#registry.get(this.#context(), target, CACHED))
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const { namespace, consistency, ...request } = options
    const target = this.#collection(kind, namespace)
    if (consistency === 'latest') await this.#registry.catchUp(target.served.kind)
    const cached = request.continue === undefined ? CACHED : {}
    const list = await this.#registry.list(this.#context(), target, { ...request, ...cached })
    await this.#registry.parseAll(list.items)
    return {
      items: list.items.map(read<T>),
      resourceVersion: String(list.revision),
      ...(list.continue !== undefined && { continue: list.continue }),
      ...(list.remainingItemCount !== undefined && { remainingItemCount: list.remainingItemCount }),
    }
  }

  watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions, watcher: ObjectWatcher<T>): ObjectWatch {
    const { namespace, allowBookmarks = false, ...request } = options
    const sink = new SinkToWatcher(watcher)
    const initial = options.resourceVersion === undefined && allowBookmarks
    const watchRequest = {
      ...request,
      allowBookmarks,
      ...(initial && { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' as const }),
    }
    const start = async (): Promise<WatchHandle> =>
      this.#registry.watch(this.#context(), this.#collection(kind, namespace), watchRequest, sink)
    start().then(
      handle => sink.attach(handle),
      (error: unknown) => sink.end(error instanceof Error ? error : new Error(String(error))),
    )
    return { stop: () => sink.stop() }
  }

  async create<T extends KubeObject>(
    kind: Kind<T>,
    object: NewObject<T>,
    options: WriteOptions = {},
  ): Promise<DeepReadonly<T>> {
    const { namespace, name } = object.metadata as { namespace?: string; name?: string }
    const target =
      options.subresource === undefined
        ? this.#collection(kind, namespace)
        : this.#object(kind, { name: name ?? '', ...(namespace !== undefined && { namespace }) }, options.subresource)
    return read<T>(await this.#registry.create(this.#context(options), target, { object }))
  }

  async update<T extends KubeObject>(
    kind: Kind<T>,
    object: DeepReadonly<T>,
    options: WriteOptions = {},
  ): Promise<DeepReadonly<T>> {
    const target = this.#object(kind, keyOf(object), options.subresource)
    return read<T>((await this.#registry.update(this.#context(options), target, { object })).object)
  }

  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    { type, body }: Patch,
    options: WriteOptions = {},
  ): Promise<DeepReadonly<T>> {
    const target = this.#object(kind, key, options.subresource)
    return read<T>(
      (await this.#registry.patch(this.#context(options), target, { type, body: { object: body } })).object,
    )
  }

  async apply<T extends KubeObject>(
    kind: Kind<T>,
    object: NewObject<T>,
    options: ApplyOptions,
  ): Promise<DeepReadonly<T>> {
    const target = this.#object(kind, keyOf(object), options.subresource)
    const patch = { type: 'apply' as const, body: { object }, force: options.force ?? false }
    return read<T>((await this.#registry.patch(this.#context(options), target, patch)).object)
  }

  async delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<DeepReadonly<T> | undefined> {
    const context = this.#context(options.dryRun === true ? { dryRun: true } : {})
    const result = await this.#registry.delete(context, this.#object(kind, key), options)
    return 'remaining' in result ? read<T>(result.remaining) : undefined
  }

  #context(options: WriteOptions = {}): RequestContext {
    return {
      user: this.#identity,
      fieldManager: options.fieldManager ?? managerOf(this.#identity.user),
      dryRun: options.dryRun ?? false,
      fieldValidation: options.fieldValidation ?? 'Strict',
      origin: originOf(this.#identity),
      ...(this.#fence && { fence: this.#fence }),
      warn: text => options.onWarning?.(text),
    }
  }

  #collection<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined): CollectionTarget {
    const served = this.#served(kind)
    return { served, ...(namespace !== undefined && kind.namespaced && { namespace }) }
  }

  #object<T extends KubeObject>(kind: Kind<T>, { name, namespace }: ObjectKey, subresource?: string): ObjectTarget {
    return { ...this.#collection(kind, namespace), name, ...(subresource !== undefined && { subresource }) }
  }

  /** By name and not by identity: a kind replaced at run time is the same kind to its users. */
  #served<T extends KubeObject>(kind: Kind<T>): ServedKind {
    const apiVersion = storageApiVersion(kind as unknown as Kind)
    const served = this.kinds.byKind(apiVersion, kind.kind)
    if (served === undefined)
      throw apiError(
        'NotFound',
        `no matches for kind ${JSON.stringify(kind.kind)} in version ${JSON.stringify(apiVersion)}`,
      )
    return served
  }
}

/** Reads of this process's memory: it holds this process's own writes. */
const CACHED = { resourceVersion: '0' } as const

function read<T extends KubeObject>(stored: StoredObject): DeepReadonly<T> {
  return stored.object() as unknown as DeepReadonly<T>
}

function keyOf(object: { readonly metadata: object }): ObjectKey {
  const { name, namespace } = object.metadata as { name?: string; namespace?: string }
  if (!name) throw apiError('BadRequest', 'metadata.name is missing: it says which object is meant')
  return { name, ...(namespace !== undefined && { namespace }) }
}

/** `deployment-controller` of `system:controller:deployment-controller`. */
function managerOf(user: string): string {
  return user.slice(user.lastIndexOf(':') + 1)
}

function originOf({ user, groups }: Identity): RequestContext['origin'] {
  if (groups.includes('system:pintle')) return 'sync'
  return groups.includes('system:controllers') || user === 'system:kube-scheduler' ? 'loop' : 'client'
}
