/** Calls in flight at once; the size of a batch never grows beyond it. */
const BATCH_MAX = 64

/**
 * Calls `work` `count` times in batches of 1, 2, 4, ... and stops after the first batch with an error, so that a quota
 * or an admission rule that refuses one pod is not asked five hundred times.
 */
export async function slowStart(
  count: number,
  work: () => Promise<void>,
): Promise<{ readonly done: number; readonly errors: readonly unknown[] }> {
  let done = 0
  for (let size = 1; done < count; size = Math.min(size * 2, BATCH_MAX)) {
    const results = await Promise.allSettled(Array.from({ length: Math.min(size, count - done) }, work))
    const errors = results.flatMap(result => (result.status === 'rejected' ? [result.reason] : []))
    done += results.length - errors.length
    if (errors.length > 0) return { done, errors }
  }
  return { done, errors: [] }
}
