import type { SimulatedMachine } from '../world/simulated-machine.ts'
import { Violation } from '../world/violation.ts'

interface PodKnowledge {
  /** Somebody told the pod to go. */
  hasEnded(podUid: string): boolean
  /** The store has the pod. */
  isKnown(podUid: string): boolean
}

/**
 * Watches the processes of one machine: one ends only when its pod was told to go, or with the machine's power; whatever
 * crashes, restarts or loses its memory takes over what runs. Of one container at most one process runs.
 *
 * One that started when the store had already lost its pod may end: nobody could have relied on it.
 */
export class ContainerChecker {
  readonly #machine: SimulatedMachine
  readonly #pods: PodKnowledge
  readonly #report: (violation: Violation) => void
  readonly #running = new Set<string>()
  /** Running, and their pods were unknown when they started. */
  readonly #forgotten = new Set<string>()
  #powerCuts = 0
  #isReplaced = false

  constructor(machine: SimulatedMachine, pods: PodKnowledge, report: (violation: Violation) => void) {
    this.#machine = machine
    this.#pods = pods
    this.#report = report
    machine.containers.listeners.add(id => this.#see(id))
  }

  /** The store was replaced by an older copy: pods that this one does not know may end. */
  replaced(): void {
    this.#isReplaced = true
  }

  #see(id: string): void {
    if (this.#machine.powerCuts > this.#powerCuts) {
      this.#powerCuts = this.#machine.powerCuts
      this.#running.clear()
      this.#forgotten.clear()
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
    if (!this.#pods.isKnown(podUid)) this.#forgotten.add(id)
  }

  #ended(id: string, podUid: string): void {
    if (this.#forgotten.delete(id) || this.#pods.hasEnded(podUid)) return
    if (this.#isReplaced && !this.#pods.isKnown(podUid)) return
    this.#fail('running containers are taken over', `${id} on ${this.#machine.name} ended, and nobody ended its pod`)
  }

  #fail(invariant: string, how: string): void {
    this.#report(new Violation(invariant, how))
  }
}
