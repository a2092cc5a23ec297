import { readdir, readFile, readlink, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import { isRefName } from './ref-name.ts'

/**
 * What a killed git leaves behind: lock files, which block their ref for ever, and quarantined objects of pushes that
 * never landed. Removed when they are old enough and no process works in the repository any more.
 */
export async function removeLeftovers(path: string, { clock, log, ageMs }: RemovalOptions): Promise<number> {
  const atWork = await isGitAtWork(path)
  if (atWork === true) return 0
  const before = clock.now() - (atWork === undefined ? Math.max(ageMs, BLIND_AGE_MS) : ageMs)
  let removed = 0
  for (const leftover of [...(await findLocks(path, '', 0)), ...(await findUnfinishedObjects(path))]) {
    const stats = await stat(leftover).catch(() => undefined)
    if (stats === undefined || stats.mtimeMs > before) continue
    await rm(leftover, { recursive: true, force: true })
    log.log('warn', 'removed what a killed git process left behind', { path: leftover })
    removed++
  }
  return removed
}

/**
 * The locks of these refs, when nobody can hold them any more: a ref is locked for milliseconds. For a push, which would
 * fail on the lock of a killed one although git is at work (its own).
 */
export async function removeStaleRefLocks(
  path: string,
  refs: readonly string[],
  { clock, log }: Pick<RemovalOptions, 'clock' | 'log'>,
): Promise<void> {
  for (const name of [...refs.filter(isRefName), 'HEAD']) {
    const lock = join(path, `${name}.lock`)
    const stats = await stat(lock).catch(() => undefined)
    if (stats === undefined || stats.mtimeMs > clock.now() - REF_LOCK_AGE_MS) continue
    await rm(lock, { force: true })
    log.log('warn', 'removed what a killed git process left behind', { path: lock })
  }
}

interface RemovalOptions {
  readonly clock: Clock
  readonly log: Logger
  readonly ageMs: number
}

const DEPTH_MAX = 32
const REF_LOCK_AGE_MS = 30_000
/** Where processes cannot be seen, only age tells that a lock is nobody's. */
const BLIND_AGE_MS = 10 * 60_000

/** Locks stand beside what they lock: at the top, and under refs and logs. */
async function findLocks(path: string, below: string, depth: number): Promise<string[]> {
  if (depth > DEPTH_MAX) return []
  const found: string[] = []
  for (const entry of await readdir(join(path, below), { withFileTypes: true }).catch(() => [])) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`
    if (entry.isDirectory()) {
      if (below !== '' || name === 'refs' || name === 'logs') found.push(...(await findLocks(path, name, depth + 1)))
    } else if (entry.name.endsWith('.lock')) found.push(join(path, name))
  }
  return found
}

async function findUnfinishedObjects(path: string): Promise<string[]> {
  const objects = join(path, 'objects')
  const top = (await readdir(objects).catch(() => [])).filter(name => /^(tmp_|incoming-)/.test(name))
  const packs = (await readdir(join(objects, 'pack')).catch(() => [])).filter(name => /^\.?tmp[_-]/.test(name))
  return [...top.map(name => join(objects, name)), ...packs.map(name => join(objects, 'pack', name))]
}

/**
 * Git's commands change into the repository, or name it: a process of ours or of a person that works in it is seen by
 * that. Our own lasting processes are not meant: they hold no lock while we look. Undefined: this machine does not tell.
 */
async function isGitAtWork(path: string): Promise<boolean | undefined> {
  const entries = await readdir('/proc').catch(() => undefined)
  for (const entry of entries ?? []) {
    if (!/^\d+$/.test(entry) || Number(entry) === process.pid) continue
    const cwd = await readlink(`/proc/${entry}/cwd`).catch(() => undefined)
    if (cwd === path) return true
    const [program = '', ...words] = (await readFile(`/proc/${entry}/cmdline`, 'utf8').catch(() => '')).split('\0')
    if (basename(program) === 'git' && words.some(word => word.includes(path)) && !words.includes(`--git-dir=${path}`))
      return true
  }
  return entries === undefined ? undefined : false
}
