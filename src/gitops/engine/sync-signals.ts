/** Tells whoever watches the engine (pushes that wait, the recorder) that something about an application changed. */
export class SyncSignals {
  readonly #listeners = new Set<(application: string) => void>()

  onChange(listener: (application: string) => void): { close(): void } {
    this.#listeners.add(listener)
    return { close: () => void this.#listeners.delete(listener) }
  }

  changed(application: string): void {
    for (const listener of [...this.#listeners]) listener(application)
  }
}
