import { readFileSync } from 'node:fs'

const UNKNOWN = 1024

/** How many files this process may have open at a time; Node has raised its soft limit to the hard one. */
export function openFilesMax(limits = readLimits()): number {
  const hard = /^Max open files\s+\S+\s+(\S+)/m.exec(limits)?.[1]
  if (hard === 'unlimited') return Number.MAX_SAFE_INTEGER
  return Number(hard) || UNKNOWN
}

function readLimits(): string {
  try {
    return readFileSync('/proc/self/limits', 'utf8')
  } catch {
    return ''
  }
}
