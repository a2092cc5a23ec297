import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import type { AgentNotes, Notes } from './agent-notes.ts'

/** In a file of the agent's data directory. */
export class SystemAgentNotes implements AgentNotes {
  readonly #path: string

  constructor(path: string) {
    this.#path = path
  }

  read(): Notes {
    try {
      return JSON.parse(readFileSync(this.#path, 'utf8')) as Notes
    } catch {
      return {}
    }
  }

  write(notes: Notes): void {
    writeFileSync(`${this.#path}.new`, JSON.stringify(notes), { mode: 0o600 })
    renameSync(`${this.#path}.new`, this.#path)
  }
}
