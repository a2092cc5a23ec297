import { ApiError, apiError } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import { storageApiVersion } from '../api/kind.ts'
import type { KindRegistry } from '../api/kind-registry.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'
import type { BackoffLimits } from '../lib/backoff.ts'
import { backoffDelayMs } from '../lib/backoff.ts'
import type { Clock } from '../lib/clock.ts'
import { sleep } from '../lib/clock.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import type { Random } from '../lib/random.ts'
import type {
  ApplyOptions,
  Client,
  DeleteOptions,
  Fence,
  GetOptions,
  ListOptions,
  NewObject,
  ObjectList,
  ObjectWatch,
  ObjectWatcher,
  Patch,
  WatchOptions,
  WriteOptions,
} from './client.ts'
import { FENCE_HEADER } from './fence-header.ts'
import type { HttpAnswer, HttpRequest } from './http-connection.ts'
import { HttpConnection, toApiError } from './http-connection.ts'
import { startHttpWatch } from './http-watch.ts'
import type { ServerAccess } from './kubeconfig.ts'
import { objectKeyOf } from './object-key.ts'

export interface HttpClientOptions {
  readonly access: ServerAccess
  readonly kinds: KindRegistry
  readonly clock: Clock
  readonly random: Random
  /** Field manager of writes that name none; `pintle` when left out. */
  readonly userAgent?: string
}

/** A Client over HTTPS. `close` it when done: kept connections hold the process. */
export interface HttpClient extends Client {
  readonly connection: HttpConnection
  close(): void
}

export function createHttpClient(options: HttpClientOptions): HttpClient {
  const { access, clock, userAgent = 'pintle' } = options
  return new ClientOverHttps(options, new HttpConnection({ access, clock, userAgent }), undefined)
}

const READ_TRIES_MAX = 4
const READ_RETRY: BackoffLimits = { initialMs: 100, maxMs: 5_000 }
const PATCH_TYPES = {
  json: 'application/json-patch+json',
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const

class ClientOverHttps implements HttpClient {
  readonly connection: HttpConnection
  readonly #options: HttpClientOptions
  readonly #fence: Fence | undefined

  constructor(options: HttpClientOptions, connection: HttpConnection, fence: Fence | undefined) {
    this.#options = options
    this.connection = connection
    this.#fence = fence
  }

  get kinds(): KindRegistry {
    return this.#options.kinds
  }

  async get<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, options: GetOptions = {}): Promise<DeepReadonly<T>> {
    return await this.#read<T>(objectPath(kind, key), consistencyQuery(options))
  }

  async list<T extends KubeObject>(kind: Kind<T>, options: ListOptions = {}): Promise<ObjectList<T>> {
    const query = {
      ...selectionQuery(options),
      limit: options.limit,
      continue: options.continue,
      ...(options.continue === undefined && options.limit === undefined && consistencyQuery(options)),
    }
    const list = await this.#read<WireList<T>>(collectionPath(kind, options.namespace), query)
    const { continue: next, remainingItemCount, resourceVersion } = list.metadata
    return {
      items: list.items,
      resourceVersion,
      ...(next && { continue: next }),
      ...(remainingItemCount !== undefined && { remainingItemCount }),
    }
  }

  watch<T extends KubeObject>(kind: Kind<T>, options: WatchOptions, watcher: ObjectWatcher<T>): ObjectWatch {
    const path = collectionPath(kind, options.namespace)
    // Whoever starts with what exists and takes bookmarks is told by one where that ends.
    const initial = options.resourceVersion === undefined && options.allowBookmarks === true
    const query = formatQuery({
      ...selectionQuery(options),
      watch: true,
      resourceVersion: options.resourceVersion,
      allowWatchBookmarks: options.allowBookmarks,
      ...(initial && { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' }),
    })
    const { clock, random } = this.#options
    return startHttpWatch({ connection: this.connection, path: `${path}?${query}`, clock, random, watcher })
  }

  async create<T extends KubeObject>(
    kind: Kind<T>,
    object: NewObject<T>,
    options: WriteOptions = {},
  ): Promise<DeepReadonly<T>> {
    const key = keyOfNew(object)
    const path =
      options.subresource === undefined
        ? collectionPath(kind, key.namespace)
        : objectPath(kind, key, options.subresource)
    return await this.#write<T>('POST', path, 'application/json', withKind(kind, object), options)
  }

  async update<T extends KubeObject>(
    kind: Kind<T>,
    object: DeepReadonly<T>,
    options: WriteOptions = {},
  ): Promise<DeepReadonly<T>> {
    const path = objectPath(kind, objectKeyOf(object as DeepReadonly<KubeObject>), options.subresource)
    return await this.#write<T>('PUT', path, 'application/json', object, options)
  }

  async patch<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    patch: Patch,
    options: WriteOptions = {},
  ): Promise<DeepReadonly<T>> {
    const path = objectPath(kind, key, options.subresource)
    return await this.#write<T>('PATCH', path, PATCH_TYPES[patch.type], patch.body, options)
  }

  async apply<T extends KubeObject>(
    kind: Kind<T>,
    object: NewObject<T>,
    options: ApplyOptions,
  ): Promise<DeepReadonly<T>> {
    const path = objectPath(kind, keyOfNew(object), options.subresource)
    const force = { force: options.force ?? false }
    return await this.#write<T>('PATCH', path, 'application/apply-patch+yaml', withKind(kind, object), options, force)
  }

  async delete<T extends KubeObject>(
    kind: Kind<T>,
    key: ObjectKey,
    options: DeleteOptions = {},
  ): Promise<DeepReadonly<T> | undefined> {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      gracePeriodSeconds: options.gracePeriodSeconds,
      propagationPolicy: options.propagation,
      preconditions: options.preconditions,
      ...(options.dryRun && { dryRun: ['All'] }),
    }
    const answer = await this.#write<KubeObject>('DELETE', objectPath(kind, key), 'application/json', body, {})
    return answer.kind === 'Status' ? undefined : (answer as DeepReadonly<T>)
  }

  as(): Client {
    throw apiError('Forbidden', 'over HTTPS a client acts as its certificate or token says, and as nobody else')
  }

  withFence(fence: Fence): Client {
    return new ClientOverHttps(this.#options, this.connection, fence)
  }

  close(): void {
    this.connection.close()
  }

  /** Reads change nothing: they are tried again when the server is away or busy. */
  async #read<Value>(path: string, query: Query): Promise<DeepReadonly<Value>> {
    const { clock, random } = this.#options
    const call: HttpRequest = { method: 'GET', path: withQuery(path, query) }
    for (let attempt = 0; ; attempt++) {
      try {
        return parseAnswer<Value>(await this.connection.send(call))
      } catch (error) {
        if (attempt + 1 >= READ_TRIES_MAX || !isWorthRetrying(error)) throw error
        await sleep(clock, backoffDelayMs(READ_RETRY, attempt, random))
      }
    }
  }

  async #write<T>(
    method: HttpRequest['method'],
    path: string,
    contentType: string,
    body: unknown,
    options: WriteOptions,
    extraQuery: Query = {},
  ): Promise<DeepReadonly<T>> {
    const query = {
      fieldManager: options.fieldManager,
      fieldValidation: options.fieldValidation,
      dryRun: options.dryRun ? 'All' : undefined,
      ...extraQuery,
    }
    const answer = await this.connection.send({
      method,
      path: withQuery(path, query),
      contentType,
      body: JSON.stringify(body),
      ...(this.#fence && { headers: { [FENCE_HEADER]: JSON.stringify(this.#fence) } }),
    })
    for (const text of warningTexts(answer.headers.warning)) options.onWarning?.(text)
    return parseAnswer<T>(answer)
  }
}

interface WireList<T> {
  readonly metadata: {
    readonly resourceVersion: string
    readonly continue?: string
    readonly remainingItemCount?: number
  }
  readonly items: readonly T[]
}

function parseAnswer<Value>({ code, body }: HttpAnswer): DeepReadonly<Value> {
  if (code < 200 || code > 299) throw toApiError(code, body)
  return deepFreeze(JSON.parse(body.toString('utf8')) as DeepReadonly<Value>)
}

function isWorthRetrying(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 429 || error.code === 503)
}

/** `POST` and apply need the kind; callers that know it statically may leave it out. */
function withKind<T extends KubeObject>(kind: Kind<T>, object: NewObject<T>) {
  return { ...object, apiVersion: storageApiVersion(kind as unknown as Kind), kind: kind.kind }
}

function keyOfNew<T extends KubeObject>(object: NewObject<T>): ObjectKey {
  const { namespace, name = '' } = object.metadata as { readonly namespace?: string; readonly name?: string }
  return namespace === undefined ? { name } : { namespace, name }
}

function collectionPath<T extends KubeObject>(kind: Kind<T>, namespace: string | undefined): string {
  const root = kind.group === '' ? `/api/${kind.storageVersion}` : `/apis/${kind.group}/${kind.storageVersion}`
  const scope = kind.namespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : ''
  return `${root}${scope}/${kind.plural}`
}

function objectPath<T extends KubeObject>(kind: Kind<T>, key: ObjectKey, subresource?: string): string {
  const path = `${collectionPath(kind, key.namespace)}/${encodeURIComponent(key.name)}`
  return subresource === undefined ? path : `${path}/${subresource}`
}

type Query = Readonly<Record<string, string | number | boolean | undefined>>

function selectionQuery({ labelSelector, fieldSelector }: ListOptions): Query {
  return { labelSelector, fieldSelector }
}

/** `0` = whatever the server's memory holds. */
function consistencyQuery({ consistency }: GetOptions): Query {
  return consistency === 'latest' ? {} : { resourceVersion: '0' }
}

function formatQuery(query: Query): string {
  const parameters = new URLSearchParams()
  for (const [name, value] of Object.entries(query))
    if (value !== undefined && value !== '') parameters.set(name, String(value))
  return parameters.toString()
}

function withQuery(path: string, query: Query): string {
  const text = formatQuery(query)
  return text === '' ? path : `${path}?${text}`
}

/** The texts of `299 - "text"` values. */
function warningTexts(header: string | undefined): string[] {
  return Array.from((header ?? '').matchAll(/299 \S+ "((?:[^"\\]|\\.)*)"/g), match =>
    match[1]!.replaceAll(/\\(.)/g, '$1'),
  )
}
