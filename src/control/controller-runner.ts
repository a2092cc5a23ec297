import { isApiError } from '../api/api-error.ts'
import { type Kind, parseGroupVersion } from '../api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'
import type { Informer, InformerChange } from '../client/informer.ts'
import { formatObjectKey, objectKeyOf, parseObjectKey } from '../client/object-key.ts'
import { WorkQueue } from '../client/work-queue.ts'
import type { Controller, Mapping } from './controller.ts'
import { TerminalError } from './controller.ts'
import type { LoopContext, RunningLoop } from './loop.ts'
import { controllerOf } from './owner.ts'

/** Failures of one key in a row before its error is logged as more than a nuisance. */
const QUIET_ATTEMPTS = 3

/**
 * Runs one Controller: changes of the kinds it looks at become keys, keys become calls of `reconcile`, never two of one
 * key at a time. Nothing is reconciled before every kind it looks at has been listed. Whatever `reconcile` throws stays
 * with its key: it is tried again, ever later; the other keys go on.
 */
export class ControllerRunner implements RunningLoop {
  readonly #controller: Controller
  readonly #context: LoopContext
  readonly #queue: WorkQueue
  readonly #subscriptions: { close(): void }[] = []
  readonly #workers: Promise<void>
  #overflowed = false
  #stopped = false

  constructor(controller: Controller, context: LoopContext) {
    this.#controller = controller
    this.#context = context
    this.#queue = new WorkQueue({ clock: context.clock, random: context.random })
    this.#subscriptions.push(context.metrics.observeQueue(controller.name, () => this.#queue.counts()))
    const informers = this.#subscribe()
    this.#workers = this.#run(informers)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    for (const subscription of this.#subscriptions) subscription.close()
    this.#queue.close()
    await this.#workers
  }

  #subscribe(): readonly Informer<KubeObject>[] {
    const { informers } = this.#context
    const { kind, owns, watches } = this.#controller
    const listen = (of: Kind, onChange: (change: InformerChange<KubeObject>) => void) => {
      const informer = informers.of(of)
      this.#subscriptions.push(informer.onChange(onChange))
      return informer
    }
    return [
      listen(kind, change => this.#addEach([objectKeyOf(change.object)])),
      ...owns.map(owned => listen(owned, change => this.#addOwners(change))),
      ...watches.map(mapping => listen(mapping.kind, change => void this.#addMapped(mapping, change))),
    ]
  }

  async #run(informers: readonly Informer<KubeObject>[]): Promise<void> {
    await Promise.all(informers.map(informer => informer.synced()))
    if (this.#stopped) return
    await Promise.all(Array.from({ length: this.#controller.concurrency }, () => this.#work()))
  }

  async #work(): Promise<void> {
    for (;;) {
      const key = await this.#queue.take()
      if (key === undefined) return
      await this.#context.turns.giveWay()
      await this.#reconcile(key)
      this.#queue.done(key)
      if (this.#overflowed && this.#queue.counts().ready === 0) this.#addAll()
    }
  }

  async #reconcile(key: string): Promise<void> {
    try {
      const result = await this.#controller.reconcile(parseObjectKey(key), this.#context)
      this.#queue.forget(key)
      this.#context.metrics.countReconcile(this.#controller.name, 'success')
      if (result.type === 'wake') this.#queue.addAt(key, result.atMs)
    } catch (error) {
      this.#onFailure(key, error)
    }
  }

  #onFailure(key: string, error: unknown): void {
    const { log, metrics } = this.#context
    const isConflict = isApiError(error, 'Conflict')
    const outcome = error instanceof TerminalError ? 'terminal' : isConflict ? 'conflict' : 'error'
    metrics.countReconcile(this.#controller.name, outcome)
    if (error instanceof TerminalError) {
      this.#queue.forget(key)
      log.log('warn', 'reconcile gave up until something changes', { key, error: error.message })
      return
    }
    const attempts = this.#queue.attempts(key)
    const retryMs = Math.round(this.#queue.retry(key))
    const isQuiet = isConflict || (isApiError(error) && attempts < QUIET_ATTEMPTS)
    log.log(isQuiet ? 'debug' : 'error', 'reconcile failed, trying again', {
      key,
      retryMs,
      attempts,
      error: isApiError(error) || !(error instanceof Error) ? String(error) : (error.stack ?? String(error)),
    })
  }

  /** A full queue refuses; everything is added again once it has been worked off. */
  #add(key: string): void {
    if (!this.#queue.add(key) && !this.#stopped) this.#overflowed = true
  }

  #addAll(): void {
    this.#overflowed = false
    const { informers } = this.#context
    this.#addEach(informers.of(this.#controller.kind).list().map(objectKeyOf))
  }

  /** Both owners of an object that changed hands. */
  #addOwners({ object, previous }: InformerChange<KubeObject>): void {
    const now = ownerKey(object, this.#controller.kind)
    const before = previous && ownerKey(previous, this.#controller.kind)
    this.#addEach([now, before])
  }

  /** Where the object led before counts too: what it left must hear of it. */
  async #addMapped(mapping: Mapping, { object, previous }: InformerChange<KubeObject>): Promise<void> {
    const { client, log } = this.#context
    const states = previous === undefined || previous === object ? [object] : [object, previous]
    try {
      const keys = await Promise.all(states.map(state => mapping.keys(state, client)))
      this.#addEach(keys.flat())
    } catch (error) {
      if (this.#stopped) return
      const kind = mapping.kind.kind
      log.log('warn', 'cannot tell whom a change concerns, looking at everything', { kind, error: String(error) })
      this.#addAll()
    }
  }

  /** Once each: a key added again after a worker took it would run again for nothing. */
  #addEach(keys: readonly (ObjectKey | undefined)[]): void {
    const texts = new Set(keys.flatMap(key => (key === undefined ? [] : [formatObjectKey(key)])))
    for (const text of texts) this.#add(text)
  }
}

function ownerKey(object: DeepReadonly<KubeObject>, kind: Kind): ObjectKey | undefined {
  const owner = controllerOf(object)
  if (owner === undefined || owner.kind !== kind.kind) return undefined
  if (parseGroupVersion(owner.apiVersion).group !== kind.group) return undefined
  const { namespace } = object.metadata
  return kind.namespaced && namespace !== undefined ? { namespace, name: owner.name } : { name: owner.name }
}
