import { isApiError } from '../api/api-error.ts'

/** Runs a write on an object that may be gone by now; then there is nothing left to write. */
export async function ignoreGone(write: () => Promise<unknown>): Promise<void> {
  try {
    await write()
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
  }
}
