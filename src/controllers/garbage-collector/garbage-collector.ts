import { isApiError } from '../../api/api-error.ts'
import type { Kind } from '../../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import type { InformerChange } from '../../client/informer.ts'
import { WorkQueue } from '../../client/work-queue.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import type { Loop, LoopContext, RunningLoop } from '../../control/loop.ts'
import { applyCollectionPlan } from './apply.ts'
import { knownOwner, observeOwner } from './observe-owners.ts'
import type { GraphObject } from './owner-graph.ts'
import { graphObjectOf, mustOrphanDependents, OwnerGraph, waitsForDependents } from './owner-graph.ts'
import { planCollection } from './plan.ts'

export interface GarbageCollectorOptions {
  /** Nothing is collected before this resolves: after a wipe, owners may still be on their way back. */
  readonly waitFor?: Promise<unknown>
}

/**
 * Deletes objects whose owners are all gone, and carries out foreground and orphaning deletions. Writes: owner
 * references and finalizers of every kind.
 */
export function garbageCollector(options: GarbageCollectorOptions = {}): Loop {
  return { name: 'garbage-collector', start: context => new GarbageCollector(context, options) }
}

const WORKERS = 8
/** When to look again at an owner that exists but whose kind's changes have not shown it yet. */
const VIRTUAL_OWNER_MS = 1_000

class GarbageCollector implements RunningLoop {
  readonly #context: LoopContext
  readonly #graph = new OwnerGraph()
  readonly #queue: WorkQueue
  readonly #kinds = new Set<Kind>()
  readonly #subscriptions: { close(): void }[] = []
  readonly #workers: Promise<unknown>
  /** Resolves once every kind has been listed: before, an object's dependents are not known. */
  #complete: Promise<unknown> = Promise.resolve()
  readonly #stop = Promise.withResolvers<void>()
  #stopped = false

  constructor(context: LoopContext, options: GarbageCollectorOptions) {
    this.#context = context
    this.#queue = new WorkQueue({ clock: context.clock, random: context.random })
    this.#followKinds()
    this.#subscriptions.push(context.client.kinds.onChange(() => this.#followKinds()))
    this.#workers = this.#run(options.waitFor)
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#stop.resolve()
    for (const subscription of this.#subscriptions) subscription.close()
    this.#queue.close()
    await this.#workers
  }

  /** Kinds come and go; an owner of a kind that was not served may have become known. */
  #followKinds(): void {
    const { informers, client } = this.#context
    for (const kind of client.kinds.list()) {
      if (kind.ephemeral || this.#kinds.has(kind)) continue
      this.#kinds.add(kind)
      const informer = informers.of(kind)
      this.#subscriptions.push(informer.onChange(change => this.#onChange(kind, change)))
      this.#complete = Promise.all([this.#complete, informer.synced()])
    }
    informers.start()
    for (const object of this.#graph.all()) if (object.owners.length > 0) this.#queue.add(object.uid)
  }

  #onChange(kind: Kind, { type, object, previous }: InformerChange<KubeObject>): void {
    if (type === 'DELETED') {
      this.#onGone(previous ?? object)
      return
    }
    const now = graphObjectOf(kind, object)
    const before = this.#graph.set(now)
    if (before !== undefined && isSameForUs(before, now)) return
    if (now.owners.length > 0 || waitsForDependents(now) || mustOrphanDependents(now)) this.#queue.add(now.uid)
    this.#addWaitingOwners(now)
    if (before !== undefined) this.#addWaitingOwners(before)
    if (waitsForDependents(now)) for (const each of this.#graph.dependentsOf(now.uid)) this.#queue.add(each.uid)
  }

  #onGone({ metadata: { uid = '' } }: DeepReadonly<KubeObject>): void {
    const gone = this.#graph.delete(uid)
    if (gone !== undefined) this.#addWaitingOwners(gone)
    for (const each of this.#graph.dependentsOf(uid)) this.#queue.add(each.uid)
  }

  /** An owner that waits for its dependents may have waited for this one. */
  #addWaitingOwners({ owners }: GraphObject): void {
    for (const { uid } of owners) {
      const owner = this.#graph.get(uid)
      if (owner !== undefined && waitsForDependents(owner)) this.#queue.add(uid)
    }
  }

  async #run(waitFor: Promise<unknown> | undefined): Promise<void> {
    await Promise.race([waitFor, this.#stop.promise])
    await Promise.all(Array.from({ length: WORKERS }, () => this.#work()))
  }

  async #work(): Promise<void> {
    for (;;) {
      const uid = await this.#queue.take()
      if (uid === undefined) return
      await this.#complete
      if (this.#stopped) return
      await this.#context.turns.giveWay()
      await this.#process(uid)
      this.#queue.done(uid)
    }
  }

  async #process(uid: string): Promise<void> {
    try {
      const object = this.#graph.get(uid)
      if (object !== undefined && !this.#isPlainlyFine(object)) await this.#collect(object)
      this.#queue.forget(uid)
    } catch (error) {
      const retryMs = Math.round(this.#queue.retry(uid))
      const level = isApiError(error, 'Conflict') ? 'debug' : 'warn'
      this.#context.log.log(level, 'collecting an object failed, trying again', { uid, retryMs, error: String(error) })
    }
  }

  /** Decided in memory alone, as for nearly every object: its owners are all there. */
  #isPlainlyFine(object: GraphObject): boolean {
    const { client } = this.#context
    const owners = object.owners.map(each => knownOwner(this.#graph, client, object, each))
    if (owners.some(each => each === undefined || each.isMisplaced === true)) return false
    const states = owners.map(each => each!.state)
    return (
      planCollection({ object, owners: states, dependents: this.#graph.dependentsOf(object.uid) }).type === 'nothing'
    )
  }

  /** What takes something away is decided on the object as the server has it now. */
  async #collect({ uid, kind, key }: GraphObject): Promise<void> {
    const { client } = this.#context
    const live = await getIfPresent(client, kind, key, { consistency: 'latest' })
    if (live === undefined || live.metadata.uid !== uid) return
    const object = graphObjectOf(kind, live)
    const owners = await Promise.all(object.owners.map(each => observeOwner(this.#graph, client, object, each)))
    if (owners.some(each => each.isMisplaced)) this.#reportMisplaced(live)
    const dependents = this.#graph.dependentsOf(uid)
    const plan = planCollection({ object, owners: owners.map(each => each.state), dependents })
    await applyCollectionPlan(client, object, live, plan, dependents)
    if (owners.some(each => each.isVirtual)) this.#queue.addAfter(uid, VIRTUAL_OWNER_MS)
  }

  #reportMisplaced(live: DeepReadonly<KubeObject>): void {
    const { namespace } = live.metadata
    const where = namespace === undefined ? 'is cluster-scoped' : `is in namespace ${JSON.stringify(namespace)}`
    const message = `an owner reference leads to a namespaced object elsewhere, but this object ${where}`
    this.#context.recordEvent(live, 'Warning', 'OwnerRefInvalidNamespace', message)
  }
}

/** Most changes (a status, a label) mean nothing here. */
function isSameForUs(before: GraphObject, now: GraphObject): boolean {
  return (
    before.isDeleting === now.isDeleting &&
    before.finalizers.join() === now.finalizers.join() &&
    before.owners.length === now.owners.length &&
    before.owners.every((owner, index) => {
      const other = now.owners[index]
      return owner.uid === other?.uid && owner.blockOwnerDeletion === other.blockOwnerDeletion
    })
  )
}
