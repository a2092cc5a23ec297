import type { BackoffLimits } from '../lib/backoff.ts'
import { backoffDelayMs } from '../lib/backoff.ts'
import type { Clock, Timer } from '../lib/clock.ts'
import type { Random } from '../lib/random.ts'
import type { ClusterEvent } from './filters/filter.ts'

/** A pod that waits for a node. */
export interface QueuedPod {
  readonly uid: string
  readonly priority: number
}

interface Entry<Pod extends QueuedPod> {
  pod: Pod
  attempts: number
  state: 'active' | 'backoff' | 'unschedulable' | 'working'
  /** When it may be tried again, on the monotonic clock; for `backoff`. */
  readyMs: number
  unblockedBy: ReadonlySet<ClusterEvent>
  /** Events that came while it was in work: the decision was made without them. */
  missed: Set<ClusterEvent>
  timer: Timer | undefined
}

const BACKOFF: BackoffLimits = { initialMs: 1_000, maxMs: 10_000 }
/** A pod that nothing has woken for so long is tried again all the same. */
const UNSCHEDULABLE_MS_MAX = 300_000

interface SchedulingQueueOptions {
  readonly clock: Clock
  readonly random: Random
  /** A pod became ready to be taken. */
  readonly onReady: () => void
}

/**
 * Pods without a node, each in one of three places: *active* (next by priority, then by how long they are ready), *backoff* (tried lately)
 * or *unschedulable* (rejected; waits for an event that may change that). Holds no more than there are pods.
 */
export class SchedulingQueue<Pod extends QueuedPod> {
  readonly #options: SchedulingQueueOptions
  readonly #entries = new Map<string, Entry<Pod>>()
  /** Ready entries by priority; each set in the order they became ready. */
  readonly #active = new Map<number, Set<Entry<Pod>>>()

  constructor(options: SchedulingQueueOptions) {
    this.#options = options
  }

  get size(): number {
    return this.#entries.size
  }

  /** New, or changed. A changed pod that was rejected is tried again when `retry`. */
  set(pod: Pod, retry: boolean): void {
    const entry = this.#entries.get(pod.uid)
    if (entry === undefined) {
      this.#add(pod)
      return
    }
    const moves = entry.state === 'active' && entry.pod.priority !== pod.priority
    if (moves) this.#deactivate(entry)
    entry.pod = pod
    if (moves) this.#activate(entry)
    if (entry.state === 'working') entry.missed.add('pod-changed')
    else if (entry.state === 'unschedulable' && retry) this.#activateWhenRested(entry)
  }

  delete(uid: string): void {
    const entry = this.#entries.get(uid)
    if (entry === undefined) return
    entry.timer?.cancel()
    this.#deactivate(entry)
    this.#entries.delete(uid)
  }

  /** The next pod to place; call exactly one of `placed`, `failed`, `rejected` with it. */
  take(): Pod | undefined {
    if (this.#active.size === 0) return undefined
    const [next] = this.#active.get(Math.max(...this.#active.keys())) ?? []
    if (next === undefined) return undefined
    this.#deactivate(next)
    next.state = 'working'
    next.attempts += 1
    next.missed = new Set()
    return next.pod
  }

  /** It has its node: forgotten. */
  placed(uid: string): void {
    this.delete(uid)
  }

  /** Something went wrong that has nothing to do with the nodes: again after a while. */
  failed(uid: string): void {
    const entry = this.#entries.get(uid)
    if (entry !== undefined) this.#rest(entry)
  }

  /** No node will do until one of these events. */
  rejected(uid: string, unblockedBy: ReadonlySet<ClusterEvent>): void {
    const entry = this.#entries.get(uid)
    if (entry === undefined) return
    if ([...entry.missed].some(event => unblockedBy.has(event))) {
      this.#rest(entry)
      return
    }
    entry.state = 'unschedulable'
    entry.unblockedBy = unblockedBy
    entry.readyMs = this.#now() + this.#backoffMs(entry)
    this.#startTimer(entry, UNSCHEDULABLE_MS_MAX)
  }

  /** Wakes the pods that this may have made room for. */
  onEvent(event: ClusterEvent): void {
    for (const entry of this.#entries.values()) {
      if (entry.state === 'working') entry.missed.add(event)
      else if (entry.state === 'unschedulable' && entry.unblockedBy.has(event)) this.#activateWhenRested(entry)
    }
  }

  clear(): void {
    for (const uid of [...this.#entries.keys()]) this.delete(uid)
  }

  #add(pod: Pod): void {
    const entry: Entry<Pod> = {
      pod,
      attempts: 0,
      state: 'active',
      readyMs: 0,
      unblockedBy: new Set(),
      missed: new Set(),
      timer: undefined,
    }
    this.#entries.set(pod.uid, entry)
    this.#activate(entry)
  }

  #rest(entry: Entry<Pod>): void {
    entry.state = 'backoff'
    this.#startTimer(entry, this.#backoffMs(entry))
  }

  /** At once when it has waited long enough since it was tried. */
  #activateWhenRested(entry: Entry<Pod>): void {
    const waitMs = entry.readyMs - this.#now()
    if (waitMs <= 0) {
      this.#activate(entry)
      return
    }
    entry.state = 'backoff'
    this.#startTimer(entry, waitMs)
  }

  #startTimer(entry: Entry<Pod>, delayMs: number): void {
    entry.timer?.cancel()
    entry.timer = this.#options.clock.setTimer(delayMs, () => this.#activate(entry))
  }

  #activate(entry: Entry<Pod>): void {
    entry.timer?.cancel()
    entry.timer = undefined
    entry.state = 'active'
    const { priority } = entry.pod
    const peers = this.#active.get(priority) ?? new Set()
    this.#active.set(priority, peers.add(entry))
    this.#options.onReady()
  }

  #deactivate(entry: Entry<Pod>): void {
    const peers = this.#active.get(entry.pod.priority)
    peers?.delete(entry)
    if (peers?.size === 0) this.#active.delete(entry.pod.priority)
  }

  #backoffMs(entry: Entry<Pod>): number {
    return backoffDelayMs(BACKOFF, entry.attempts - 1, this.#options.random)
  }

  #now(): number {
    return this.#options.clock.monotonic()
  }
}
