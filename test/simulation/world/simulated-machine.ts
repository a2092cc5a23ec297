import { FakeMachine } from '../../../agents/node/fake-driver.ts'
import { MemoryAgentNotes } from '../../../agents/node/machine/agent-notes.ts'
import { MemoryPodFiles } from '../../../agents/node/volumes/memory-pod-files.ts'
import type { Clock } from '../../../src/lib/clock.ts'

/** A machine with its containers, volumes and the agent's note: all that outlives the agent. */
export class SimulatedMachine {
  readonly name: string
  readonly clock: Clock
  readonly containers: FakeMachine
  readonly files = new MemoryPodFiles()
  readonly notes = new MemoryAgentNotes()
  /** How often its power was cut. */
  powerCuts = 0

  constructor(name: string, clock: Clock) {
    this.name = name
    this.clock = clock
    this.containers = new FakeMachine(clock)
  }

  /** Everything that ran has ended; what is on its disk stays. */
  cutPower(): void {
    this.powerCuts += 1
    this.containers.reboot()
  }
}
