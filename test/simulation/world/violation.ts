/** A promise of the design was broken: the run ends, and says which and how. */
export class Violation extends Error {
  override readonly name = 'Violation'
  readonly invariant: string

  constructor(invariant: string, how: string) {
    super(`${invariant}: ${how}`)
    this.invariant = invariant
  }
}
