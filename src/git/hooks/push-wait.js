const DEFAULT_WAIT_MS = 120_000
const WAIT_MS_MAX = 3_600_000
const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 }

/** How long a push watches its rollout: `-o nowait`, `-o wait=30s` (ms, s, m or h; seconds without), else 120 s. */
export function waitMsOf(options) {
  for (const option of options.toReversed()) {
    if (option === 'nowait') return 0
    const match = /^wait=(\d{1,9})(ms|s|m|h)?$/.exec(option)
    if (match !== null) return Math.min(Number(match[1]) * UNITS[match[2] ?? 's'], WAIT_MS_MAX)
  }
  return DEFAULT_WAIT_MS
}
