/** Our own fault, as opposed to the user's or the world's: the process crashes and restarts clean. */
export class InvariantViolation extends Error {
  override readonly name = 'InvariantViolation'
}

/** Stays on in production. */
export function invariant(condition: unknown, message: string): asserts condition {
  if (!condition) throw new InvariantViolation(message)
}
