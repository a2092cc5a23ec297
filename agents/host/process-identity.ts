import { readFileSync } from 'node:fs'

/**
 * A process beyond the reuse of its number: pid, when it started (clock ticks since boot, field 22 of
 * /proc/PID/stat) and the boot it belongs to.
 */
export interface ProcessIdentity {
  readonly pid: number
  readonly startTicks: string
  readonly bootId: string
}

let knownBootId: string | undefined

/** The kernel's random id of this boot. */
export function readBootId(): string {
  knownBootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()
  return knownBootId
}

/** What /proc/PID/stat says; undefined when there is no such process, or only its zombie. */
export function readProcess(pid: number): ProcessStat | undefined {
  try {
    const stat = parseProcessStat(readFileSync(`/proc/${pid}/stat`, 'utf8'))
    return stat?.state === 'Z' || stat?.state === 'X' ? undefined : stat
  } catch {
    return undefined
  }
}

export interface ProcessStat {
  readonly pid: number
  readonly state: string
  readonly parent: number
  readonly group: number
  readonly session: number
  readonly startTicks: string
}

/** The second field is a name that may hold blanks and parentheses: count from its last `)`. */
export function parseProcessStat(line: string): ProcessStat | undefined {
  const close = line.lastIndexOf(')')
  const fields = line.slice(close + 2).split(' ')
  const startTicks = fields[19]
  const pid = Number.parseInt(line, 10)
  if (close < 0 || startTicks === undefined || !(pid > 0)) return undefined
  return {
    pid,
    state: fields[0]!,
    parent: Number(fields[1]),
    group: Number(fields[2]),
    session: Number(fields[3]),
    startTicks,
  }
}

export function isAlive(identity: ProcessIdentity | undefined): identity is ProcessIdentity {
  if (identity === undefined || identity.bootId !== readBootId()) return false
  return readProcess(identity.pid)?.startTicks === identity.startTicks
}

/** Sends the signal only if the process is still that one. False when it is gone. */
export function signalProcess(identity: ProcessIdentity | undefined, signal: NodeJS.Signals): boolean {
  if (!isAlive(identity)) return false
  try {
    return process.kill(identity.pid, signal)
  } catch {
    return false
  }
}
