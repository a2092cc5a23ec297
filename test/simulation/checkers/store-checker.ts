import type { KeyValue, Store, StoreEvent, Txn, TxnResult } from '../../../src/store/store.ts'
import { Violation } from '../world/violation.ts'

/** One change as the store made it visible. */
export interface VisibleChange {
  readonly revision: number
  readonly key: string
  readonly before: Uint8Array | undefined
  readonly after: Uint8Array | undefined
  /** There may have been states in between that nobody saw. */
  readonly isAfterGap?: true
}

/**
 * Watches every store of a run, over all its lives: revisions only grow and none is reused, acknowledged writes
 * survive, visible ones too, and a write succeeded only where its compares held.
 */
export class StoreChecker {
  /** Everything visible: what any store opened later must still have. */
  readonly #model = new Map<string, { readonly modRevision: number; readonly value: Uint8Array }>()
  /** Mod revisions each key has had, in order; 0 = absent. */
  readonly #history = new Map<string, { readonly revision: number; readonly modRevision: number }[]>()
  readonly #report: (violation: Violation) => void
  readonly #onChange: (change: VisibleChange) => void
  #visible = 0
  /** What a store opened now has from before this revision is known already. */
  #learned = 0
  #acknowledged = 0

  constructor(report: (violation: Violation) => void, onChange: (change: VisibleChange) => void) {
    this.#report = report
    this.#onChange = onChange
  }

  /** Somebody deleted the store, or replaced it: nothing is expected of the next one but higher revisions. */
  forget(): void {
    this.#model.clear()
    this.#history.clear()
    this.#acknowledged = 0
    this.#learned = 0
  }

  /** Checks what a newly opened store remembers, then follows it. */
  async inspect(store: Store): Promise<Store> {
    const { kvs, revision } = await store.snapshot()
    this.#checkMemory(revision, new Map(kvs.map(kv => [kv.key, kv])))
    this.#learn(revision, new Map(kvs.map(kv => [kv.key, kv])))
    this.#visible = Math.max(this.#visible, revision)
    this.#learned = this.#visible
    store.watch('', revision + 1, {
      onEvents: (at, events) => this.#see(at, events),
      onEnd: () => {},
    })
    return new Proxy(store, {
      get: (target, property) => {
        if (property === 'txn') return (txn: Txn) => this.#checkTxn(txn, target.txn(txn))
        const value = Reflect.get(target, property, target)
        return typeof value === 'function' ? value.bind(target) : value
      },
    })
  }

  #checkMemory(revision: number, kvs: ReadonlyMap<string, { readonly modRevision: number }>): void {
    if (revision < this.#acknowledged) {
      this.#fail(
        'acknowledged writes survive',
        `revision ${this.#acknowledged} was acknowledged, the store opened at ${revision}`,
      )
    }
    if (revision < this.#visible) {
      this.#fail('a revision is never reused', `revision ${this.#visible} was seen, the store opened at ${revision}`)
    }
    for (const [key, { modRevision }] of this.#model) {
      const now = kvs.get(key)?.modRevision
      // A batch that was durable but never seen may have changed or deleted it.
      if (now === modRevision || (now ?? revision) > this.#visible) continue
      this.#fail('visible writes survive', `${key} was at ${modRevision}, the store opened with ${now}`)
    }
  }

  /** What became durable in the last instant of an earlier life is seen only now. */
  #learn(revision: number, kvs: ReadonlyMap<string, KeyValue>): void {
    for (const [key, before] of this.#model) {
      if (kvs.has(key)) continue
      this.#remember(key, revision, undefined, 0)
      this.#onChange({ revision, key, before: before.value, after: undefined, isAfterGap: true })
    }
    for (const [key, { modRevision, value }] of kvs) {
      if (modRevision <= this.#learned) continue
      const before = this.#model.get(key)?.value
      this.#remember(key, modRevision, value, modRevision)
      this.#onChange({ revision: modRevision, key, before, after: value, isAfterGap: true })
    }
  }

  #see(revision: number, events: readonly StoreEvent[]): void {
    if (revision <= this.#visible) this.#fail('revisions only grow', `${revision} came after ${this.#visible}`)
    this.#visible = revision
    this.#learned = revision
    for (const event of events) {
      const before = this.#model.get(event.key)
      if ((event.previous?.modRevision ?? 0) !== (before?.modRevision ?? 0)) {
        this.#fail('a watch equals the replay of the writes', `${event.key} changed from another state than was shown`)
      }
      this.#remember(event.key, revision, event.value, event.value === undefined ? 0 : revision)
      this.#onChange({ revision, key: event.key, before: before?.value, after: event.value })
    }
  }

  #remember(key: string, revision: number, value: Uint8Array | undefined, modRevision: number): void {
    if (value === undefined) this.#model.delete(key)
    else this.#model.set(key, { modRevision, value })
    const history = this.#history.get(key) ?? []
    history.push({ revision, modRevision })
    this.#history.set(key, history)
  }

  async #checkTxn(txn: Txn, work: Promise<TxnResult>): Promise<TxnResult> {
    const result = await work
    if (!result.succeeded || txn.operations.length === 0) return result
    this.#acknowledged = Math.max(this.#acknowledged, result.revision)
    if (result.revision > this.#visible) {
      this.#fail('an acknowledged write is visible', `${result.revision} was acknowledged, ${this.#visible} is visible`)
    }
    for (const { key, modRevision } of txn.compares) {
      const held = this.#modRevisionBefore(key, result.revision)
      if (held !== modRevision) {
        this.#fail(
          'a stale write is a conflict',
          `${key} was at ${held}, a write that expected ${modRevision} succeeded`,
        )
      }
    }
    return result
  }

  #modRevisionBefore(key: string, revision: number): number {
    return this.#history.get(key)?.findLast(each => each.revision < revision)?.modRevision ?? 0
  }

  #fail(invariant: string, how: string): void {
    this.#report(new Violation(invariant, how))
  }
}
