import { readFileSync } from 'node:fs'

/** True while a process with this id exists; one that ended and was not waited for yet does not count. */
export function isRunning(pid: number): boolean {
  const state = statOf(pid)?.[0]
  if (state !== undefined) return state !== 'Z' && state !== 'X'
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/** When a process started, in clock ticks since boot: with its id it names a process for good. Linux only. */
export function startTimeOf(pid: number): string | undefined {
  return statOf(pid)?.[19]
}

/** The fields of /proc/PID/stat from the state on; the name before it may hold blanks and parentheses. */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
