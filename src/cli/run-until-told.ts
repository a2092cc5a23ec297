/**
 * How a server in the foreground is told to end. Ctrl-C (SIGINT) stops pods too; SIGTERM and a closed terminal
 * (SIGHUP) leave them. A second Ctrl-C ends at once.
 */
export type Farewell = 'stop-pods' | 'leave-pods'

/** A terminal's Ctrl-C reaches us twice under npm, which passes on what we got already: so soon after, it is the same. */
const SAME_KEY_MS = 500

/** `canEndAtOnce`: false where nobody sits at a terminal who could have meant it. */
export function untilTold({ canEndAtOnce = true } = {}): Promise<Farewell> {
  return new Promise(resolve => {
    let toldAtMs: number | undefined
    const tell = (farewell: Farewell) => {
      const nowMs = performance.now()
      const isRepeated = toldAtMs !== undefined && nowMs - toldAtMs > SAME_KEY_MS
      if (isRepeated && farewell === 'stop-pods' && canEndAtOnce) process.exit(130)
      toldAtMs ??= nowMs
      resolve(farewell)
    }
    process.on('SIGINT', () => tell('stop-pods'))
    process.on('SIGTERM', () => tell('leave-pods'))
    process.on('SIGHUP', () => tell('leave-pods'))
  })
}
