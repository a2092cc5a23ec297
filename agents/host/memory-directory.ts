import { mkdirSync, rmSync } from 'node:fs'
import { isMountPoint } from './mount-table.ts'
import { tryCommand } from './run-command.ts'

/** Secrets are small: a Secret has at most 1 MiB. */
const SIZE = '256m'

/**
 * Makes `path` a directory of this user alone whose content never reaches the disk, where this user may mount. True when
 * it is so; false when it is an ordinary directory. What an earlier agent mounted there is used again.
 */
export async function openMemoryDirectory(path: string): Promise<boolean> {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  if (isMountPoint(path)) return true
  if (process.getuid?.() !== 0) return false
  // Kernels before 6.4 do not know `noswap`.
  return (await mount(path, `mode=700,size=${SIZE},noswap`)) || (await mount(path, `mode=700,size=${SIZE}`))
}

/** Gives the memory back. Harmless when there is nothing. */
export async function closeMemoryDirectory(path: string): Promise<void> {
  if (isMountPoint(path)) await tryCommand(['umount', '-l', path])
  rmSync(path, { recursive: true, force: true })
}

async function mount(path: string, options: string): Promise<boolean> {
  const result = await tryCommand(['mount', '-t', 'tmpfs', '-o', options, 'tmpfs', path]).catch(() => undefined)
  return result?.exitCode === 0
}
