import { isApiError } from '../api/api-error.ts'

/** Runs a write on an object that may be gone by now; then there is nothing left to write. */
export async function ignoreGone(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}

/** The same for a write with preconditions: what changed, or is another object of that name by now, is left alone. */
export function ignoreGoneOrChanged(write: () => Promise<unknown>): Promise<void> {
  return ignoreGone(async () => {
    try {
      await write()
    } catch (error) {
      if (!isApiError(error, 'Conflict')) throw error
    }
  })
}
