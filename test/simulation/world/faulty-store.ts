import type { Store, StoreEvent, StoreWatch, StoreWatcher, Txn, TxnResult } from '../../../src/store/store.ts'
import { StoreError } from '../../../src/store/store.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** How the way between the store and the registry misbehaves, as a remote store's would. */
export interface StoreFaults {
  /** Per write: it is refused, as while a leader is elected. */
  readonly refused: number
  /** Per write: it is done, and its answer is lost. */
  readonly lostAnswer: number
  /** Per write: everything before it is compacted. */
  readonly compactedBehind: number

  /** Per revision: the connection breaks here. */
  readonly dropped: number
  /** Of the broken ones: what was missed is compacted meanwhile, everything has to be read anew. */
  readonly compacted: number
  /** Every revision takes up to so long to arrive; 0 = it is there when its write is acknowledged. */
  readonly lateMsMax: number
}

export const NO_STORE_FAULTS: StoreFaults = {
  refused: 0,
  lostAnswer: 0,
  compactedBehind: 0,
  dropped: 0,
  compacted: 0,
  lateMsMax: 0,
}

/** A store whose writes fail and whose watches are late and break: what is read from memory above it must be right. */
export function faultyStore(store: Store, process: SimulatedProcess, faults: () => StoreFaults): Store {
  const write = async (txn: Txn): Promise<TxnResult> => {
    const { refused, lostAnswer, compactedBehind } = faults()
    const { random } = process
    if (random.chance(refused)) throw new StoreError('unavailable', 'there is no leader')
    const result = await store.txn(txn)
    // Somebody else's may have come first.
    if (random.chance(compactedBehind)) await store.compact(store.revision).catch(() => {})
    if (random.chance(lostAnswer)) throw new StoreError('unknown-outcome', 'the connection broke')
    return result
  }
  return new Proxy(store, {
    get(target, property) {
      if (property === 'watch') {
        return (prefix: string, from: number, watcher: StoreWatcher) =>
          new StoreWatchDelivery(process, faults, watcher).attach(wrapped => target.watch(prefix, from, wrapped))
      }
      if (property === 'txn') return write
      const value = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
}

/** Revisions of one watch on their way: in order, perhaps late, perhaps cut off. */
class StoreWatchDelivery implements StoreWatcher {
  readonly #process: SimulatedProcess
  readonly #faults: () => StoreFaults
  readonly #watcher: StoreWatcher
  readonly #late: (() => void)[] = []
  #source: StoreWatch | undefined
  #ended = false

  constructor(process: SimulatedProcess, faults: () => StoreFaults, watcher: StoreWatcher) {
    this.#process = process
    this.#faults = faults
    this.#watcher = watcher
  }

  attach(open: (watcher: StoreWatcher) => StoreWatch): StoreWatch {
    this.#source = open(this)
    return { cancel: () => this.#stop() }
  }

  onEvents(revision: number, events: readonly StoreEvent[]): void {
    if (this.#ended) return
    const { dropped, compacted, lateMsMax } = this.#faults()
    const { random } = this.#process
    if (random.chance(dropped)) this.#break(random.chance(compacted) ? 'compacted' : 'unavailable')
    else this.#deliver(random.below(lateMsMax + 1), () => this.#watcher.onEvents(revision, events))
  }

  onEnd(error: StoreError): void {
    this.#deliver(0, () => {
      this.#stop()
      this.#watcher.onEnd(error)
    })
  }

  /** Nothing overtakes what is late already. */
  #deliver(delayMs: number, work: () => void): void {
    if (this.#ended) return
    if (this.#late.length > 0) {
      this.#late.push(work)
      return
    }
    if (delayMs === 0) {
      work()
      return
    }
    this.#late.push(work)
    this.#process.clock.setTimer(delayMs, () => {
      for (let next = this.#late[0]; next !== undefined && !this.#ended; next = this.#late[0]) {
        next()
        this.#late.shift()
      }
    })
  }

  #break(code: 'compacted' | 'unavailable'): void {
    this.#stop()
    this.#process.clock.setTimer(0, () => this.#watcher.onEnd(new StoreError(code, 'the connection broke')))
  }

  #stop(): void {
    this.#ended = true
    this.#source?.cancel()
  }
}
