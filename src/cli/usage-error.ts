/** Something the user can mend: printed as one sentence, exit code 1, no stack. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}
