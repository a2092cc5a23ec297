/** So many connections at a time, of all listeners together: each takes two of the process' open files. */
export class ConnectionBudget {
  #left: number

  constructor(connectionsMax: number) {
    this.#left = connectionsMax
  }

  /** False when there is none left: the client is to be refused. */
  take(): boolean {
    if (this.#left === 0) return false
    this.#left -= 1
    return true
  }

  giveBack(): void {
    this.#left += 1
  }
}
