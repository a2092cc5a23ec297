import { FakeMachine } from '../../../agents/node/fake-driver.ts'
import { MemoryAgentNotes } from '../../../agents/node/machine/agent-notes.ts'
import { MemoryPodFiles } from '../../../agents/node/volumes/memory-pod-files.ts'
import type { Clock, Timer } from '../../../src/lib/clock.ts'

/** A machine with its containers, volumes and the agent's note: all that outlives the agent. */
export class SimulatedMachine {
  readonly name: string
  readonly clock: Clock
  readonly containers: FakeMachine
  readonly files = new MemoryPodFiles()
  readonly notes = new MemoryAgentNotes()
  /** How often its power was cut. */
  powerCuts = 0
  readonly #timers = new Set<Timer>()

  constructor(name: string, clock: Clock) {
    this.name = name
    this.clock = {
      now: () => clock.now(),
      monotonic: () => clock.monotonic(),
      setTimer: (delayMs, callback) => this.#setTimer(clock, delayMs, callback),
    }
    this.containers = new FakeMachine(this.clock)
  }

  /** Everything that ran has ended; what is on its disk stays. */
  cutPower(): void {
    this.powerCuts += 1
    for (const timer of this.#timers) timer.cancel()
    this.#timers.clear()
    this.containers.reboot()
  }

  /** What was under way in the runtime ends with the power. */
  #setTimer(clock: Clock, delayMs: number, callback: () => void): Timer {
    const timer = clock.setTimer(delayMs, () => {
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
}
