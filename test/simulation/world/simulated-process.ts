import type { Clock, Timer } from '../../../src/lib/clock.ts'
import { sleep } from '../../../src/lib/clock.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { Trace } from './trace.ts'

/** How likely each fault is at one effect; all zero = no faults. */
export interface FaultRates {
  readonly crashBefore: number
  readonly crashAfter: number
  /** The effect happened, its answer never came: the caller sees an error. */
  readonly lostAnswer: number
  readonly lateAnswer: number
  readonly lateAnswerMsMax: number
}

export const NO_FAULTS: FaultRates = { crashBefore: 0, crashAfter: 0, lostAnswer: 0, lateAnswer: 0, lateAnswerMsMax: 0 }

/** What a caller sees when the answer to a request was lost on the way: it may or may not have been carried out. */
export class AnswerLost extends Error {
  override readonly name = 'AnswerLost'
}

/** What a process sees of the world it lives in. */
interface World {
  readonly clock: Clock
  readonly trace: Trace
  /** True when so much happened without any time passing that it would go on forever. */
  isRunaway(what: string): boolean
}

/** A new one each time: one that all the dead share would keep everything they held in memory. */
function never(): Promise<never> {
  return new Promise(() => {})
}

/**
 * One life of one part of the cluster. Everything the part does to the outside passes through `effect`, and its timers
 * are its own; once it crashed, nothing it started goes on and nothing it awaits ever answers, as after kill -9.
 */
export class SimulatedProcess {
  readonly name: string
  readonly clock: Clock
  readonly #world: World
  readonly #random: SeededRandom
  readonly #timers = new Set<Timer>()
  readonly #onCrash: (process: SimulatedProcess) => void
  readonly #onDeath = new Set<() => void>()
  #alive = true
  #underWay = 0
  faults: FaultRates = NO_FAULTS

  constructor(name: string, world: World, random: SeededRandom, onCrash: (process: SimulatedProcess) => void) {
    this.name = name
    this.#world = world
    this.#random = random
    this.#onCrash = onCrash
    this.clock = {
      now: () => world.clock.now(),
      monotonic: () => world.clock.monotonic(),
      setTimer: (delayMs, callback) => this.#setTimer(delayMs, callback),
    }
  }

  get alive(): boolean {
    return this.#alive
  }

  /** True while something it asked for is still being carried out, also after its death. */
  get isActing(): boolean {
    return this.#underWay > 0
  }

  /** Ends this life. `restart` is the world's business. */
  crash(why: string): void {
    if (!this.#alive) return
    this.#alive = false
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    for (const release of this.#onDeath) release()
    this.#onDeath.clear()
    this.#world.trace.add(`${this.#stamp()} crash: ${why}`)
    this.#onCrash(this)
  }

  /** Carries out one effect on the outside world, with the faults of the moment. */
  async effect<Result>(what: string, perform: () => Promise<Result>): Promise<Result> {
    if (!this.#alive) return never()
    const { crashBefore, crashAfter, lostAnswer, lateAnswer, lateAnswerMsMax } = this.faults
    if (this.#world.isRunaway(what)) return never()
    if (this.#random.chance(crashBefore)) this.crash(`before ${what}`)
    if (!this.#alive) return never()
    this.#underWay += 1
    const outcome = await settleOutcome(perform())
    this.#underWay -= 1
    this.#world.trace.add(`${this.#stamp()} ${what}${outcome.ok ? '' : ` failed: ${outcome.error}`}`)
    if (!this.#alive) return never()
    if (this.#random.chance(crashAfter)) this.crash(`after ${what}`)
    if (!this.#alive) return never()
    if (this.#random.chance(lateAnswer)) await sleep(this.#world.clock, this.#random.below(lateAnswerMsMax + 1))
    if (!this.#alive) return never()
    if (this.#random.chance(lostAnswer)) throw new AnswerLost(`the answer to ${what} was lost`)
    if (!outcome.ok) throw outcome.error
    return outcome.value
  }

  /** Called when this life ends: what others hold for it (a watch, a listener) is let go. */
  onDeath(release: () => void): { close(): void } {
    this.#onDeath.add(release)
    return { close: () => this.#onDeath.delete(release) }
  }

  /** A call back into the part: not made once it crashed. */
  guard<Args extends unknown[]>(callback: (...args: Args) => void): (...args: Args) => void {
    return (...args) => {
      if (this.#alive) callback(...args)
    }
  }

  /** Dice for what happens to this part's connections. */
  get random(): SeededRandom {
    return this.#random
  }

  #setTimer(delayMs: number, callback: () => void): Timer {
    if (!this.#alive) return { cancel: () => {} }
    const timer = this.#world.clock.setTimer(delayMs, () => {
      this.#timers.delete(timer)
      callback()
    })
    this.#timers.add(timer)
    return {
      cancel: () => {
        this.#timers.delete(timer)
        timer.cancel()
      },
    }
  }

  #stamp(): string {
    return `${String(Math.round(this.#world.clock.monotonic())).padStart(9)} ${this.name}`
  }
}

type Outcome<Result> = { readonly ok: true; readonly value: Result } | { readonly ok: false; readonly error: unknown }

function settleOutcome<Result>(promise: Promise<Result>): Promise<Outcome<Result>> {
  return promise.then(
    value => ({ ok: true, value }),
    (error: unknown) => ({ ok: false, error }),
  )
}
