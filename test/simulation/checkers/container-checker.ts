import type { SimulatedMachine } from '../world/simulated-machine.ts'
import { Violation } from '../world/violation.ts'

/**
 * Watches the processes of one machine: one ends only when its pod was told to go, or with the machine's power; whatever
 * crashes, restarts or loses its memory takes over what runs. Of one container at most one process runs.
 */
export class ContainerChecker {
  readonly #machine: SimulatedMachine
  readonly #hasEnded: (podUid: string) => boolean
  readonly #report: (violation: Violation) => void
  readonly #running = new Set<string>()
  #powerCuts = 0

  constructor(
    machine: SimulatedMachine,
    hasEnded: (podUid: string) => boolean,
    report: (violation: Violation) => void,
  ) {
    this.#machine = machine
    this.#hasEnded = hasEnded
    this.#report = report
    machine.containers.listeners.add(id => this.#see(id))
  }

  #see(id: string): void {
    if (this.#machine.powerCuts > this.#powerCuts) {
      this.#powerCuts = this.#machine.powerCuts
      this.#running.clear()
    }
    const state = this.#machine.containers.containers.get(id)?.state
    if (state?.state === 'running') this.#started(id, state.sandboxId, state.name)
    else if (this.#running.delete(id)) this.#ended(id, state?.sandboxId ?? '')
  }

  #started(id: string, podUid: string, name: string): void {
    for (const other of this.#running) {
      if (other !== id && other.startsWith(`${podUid}.${name}.`))
        this.#fail('one process for each container', `${other} and ${id} run`)
    }
    this.#running.add(id)
  }

  #ended(id: string, podUid: string): void {
    if (this.#hasEnded(podUid)) return
    this.#fail('running containers are taken over', `${id} on ${this.#machine.name} ended, and nobody ended its pod`)
  }

  #fail(invariant: string, how: string): void {
    this.#report(new Violation(invariant, how))
  }
}
