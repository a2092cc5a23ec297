/** How long a push watches its rollout, from its push options. The hook has the same rule (`hooks/push-wait.js`). */
const PUSH_WAIT_MS = 120_000
const PUSH_WAIT_MS_MAX = 3_600_000

const UNIT_MS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** `nowait` = 0; `wait=30s` (ms, s, m or h; seconds without a unit); the last one given counts. */
export function pushWaitMs(options: readonly string[]): number {
  for (const option of options.toReversed()) {
    if (option === 'nowait') return 0
    const match = /^wait=(\d{1,9})(ms|s|m|h)?$/.exec(option)
    if (match !== null) {
      return Math.min(Number(match[1]) * UNIT_MS[(match[2] ?? 's') as keyof typeof UNIT_MS], PUSH_WAIT_MS_MAX)
    }
  }
  return PUSH_WAIT_MS
}

/** The options that look like `wait` but cannot be read: worth a word, or the pusher waits without knowing why. */
export function unknownWaits(options: readonly string[]): readonly string[] {
  return options.filter(option => /^wait/.test(option) && !/^wait=\d{1,9}(ms|s|m|h)?$/.test(option))
}
