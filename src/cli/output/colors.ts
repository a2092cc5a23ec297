import { createColors } from 'picocolors'

/** Colours on a terminal only; NO_COLOR and pipes get plain text. */
export const colors = createColors(process.stdout.isTTY === true && !process.env['NO_COLOR'])

const PAINT = {
  Healthy: colors.green,
  Progressing: colors.cyan,
  Pending: colors.cyan,
  Degraded: colors.red,
  Failed: colors.red,
  Invalid: colors.red,
  Held: colors.yellow,
  RolledBack: colors.yellow,
} as const

export function paintPhase(phase: string): string {
  return phase in PAINT ? PAINT[phase as keyof typeof PAINT](phase) : phase
}
