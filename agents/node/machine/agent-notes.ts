/** What an agent must know again after a restart. */
export interface Notes {
  /** UID of this node's object: the live store that this agent belongs to. */
  readonly nodeUid?: string
  /** UIDs of pods that run here and are not registered yet with that store, which is a new one. */
  readonly orphans?: readonly string[]
}

/** Port: a small note that survives the agent. */
export interface AgentNotes {
  read(): Notes
  write(notes: Notes): void
}

/** For simulation and tests: keep it beside the fake driver. */
export class MemoryAgentNotes implements AgentNotes {
  #notes: Notes = {}

  read(): Notes {
    return this.#notes
  }

  write(notes: Notes): void {
    this.#notes = notes
  }
}
