import { readdirSync, readFileSync } from 'node:fs'
import type { ProcessStat } from './process-identity.ts'
import { readProcess } from './process-identity.ts'

/** Every process this user can see, from /proc. */
export function listProcesses(): ProcessStat[] {
  return readdirSync('/proc')
    .filter(name => /^\d+$/.test(name))
    .map(name => readProcess(Number(name)))
    .filter(stat => stat !== undefined)
}

/** Processes whose environment holds `NAME=value`: it is inherited also by those that left their session. */
export function listMarkedProcesses(marker: string): ProcessStat[] {
  return listProcesses().filter(({ pid }) => hasMarker(pid, marker))
}

/** Kills them all, again as long as there are new ones (at most ten rounds: one that forks faster is left). */
export function killProcesses(find: () => readonly ProcessStat[]): void {
  for (let round = 0; round < 10; round++) {
    const found = find()
    if (found.length === 0) return
    for (const { pid } of found) kill(pid)
  }
}

/** CPU time (user + system) and resident memory of the given processes. */
export function sumUsage(pids: readonly number[]): { cpuNanoseconds: number; memoryBytes: number } {
  let ticks = 0
  let pages = 0
  for (const pid of pids) {
    const fields = readFields(pid)
    ticks += Number(fields[11] ?? 0) + Number(fields[12] ?? 0)
    pages += Number(fields[21] ?? 0)
  }
  return { cpuNanoseconds: ticks * NANOSECONDS_PER_TICK, memoryBytes: pages * PAGE_BYTES }
}

/** USER_HZ is 100 on every Linux that Node runs on. */
const NANOSECONDS_PER_TICK = 10_000_000
const PAGE_BYTES = 4096

function readFields(pid: number): string[] {
  try {
    const line = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return line.slice(line.lastIndexOf(')') + 2).split(' ')
  } catch {
    return []
  }
}

function hasMarker(pid: number, marker: string): boolean {
  try {
    return `\0${readFileSync(`/proc/${pid}/environ`, 'utf8')}`.includes(`\0${marker}\0`)
  } catch {
    return false
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It ended by itself.
  }
}
