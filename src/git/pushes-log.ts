import { open, rename, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { syncPath } from '../lib/durable-file.ts'
import type { GitRepository, ObjectId } from './git-repository.ts'

/**
 * Reads `git/pushes.log`: who pushed what, one JSON line per moved ref, written and synced by the hook before the ref
 * moves (so it may name a push that did not land after all, never miss one that did). A line cut off by a crash is
 * skipped. Pushes that skipped the hooks are not in it.
 */
export interface PushRecord {
  /** RFC 3339. */
  readonly time: string
  readonly pusher: string
  readonly ref: string
  readonly old?: ObjectId
  readonly new?: ObjectId
}

/** The newest record of a push that moved `ref` to `commit` (any ref when undefined). */
export async function findPush(path: string, commit: ObjectId, ref?: string): Promise<PushRecord | undefined> {
  for (const file of [path, `${path}.1`]) {
    const records = parsePushes(await readEnd(file))
    const found = records.findLast(record => record.new === commit && (ref === undefined || record.ref === ref))
    if (found !== undefined) return found
  }
  return undefined
}

const PUSHES_SEARCHED_MAX = 200

/** Who brought a commit to `ref`: by the push that ended with it, or that contained it. */
export async function findPusher(
  path: string,
  repository: Pick<GitRepository, 'isAncestor'>,
  commit: ObjectId,
  ref: string,
): Promise<string | undefined> {
  const exact = await findPush(path, commit, ref)
  if (exact !== undefined) return exact.pusher
  for (const push of (await readPushes(path, PUSHES_SEARCHED_MAX)).toReversed()) {
    if (push.ref !== ref || push.new === undefined) continue
    const isKnownBefore = push.old !== undefined && (await repository.isAncestor(commit, push.old).catch(() => true))
    if (!isKnownBefore && (await repository.isAncestor(commit, push.new).catch(() => false))) return push.pusher
  }
  return undefined
}

/** The newest `limit` records, oldest first. */
export async function readPushes(path: string, limit: number): Promise<readonly PushRecord[]> {
  const current = parsePushes(await readEnd(path))
  const earlier = current.length < limit ? parsePushes(await readEnd(`${path}.1`)) : []
  return [...earlier, ...current].slice(-limit)
}

/** Called at start and nightly: the log and the one before it stay under twice LOG_BYTES_MAX. */
export async function rotatePushesLog(path: string, bytesMax = LOG_BYTES_MAX): Promise<boolean> {
  const stats = await stat(path).catch(() => undefined)
  if (stats === undefined || stats.size < bytesMax) return false
  await rename(path, `${path}.1`)
  await syncPath(dirname(path))
  return true
}

/** About 30,000 pushes. */
const LOG_BYTES_MAX = 8 * 1024 * 1024
const READ_BYTES_MAX = 16 * 1024 * 1024

function parsePushes(text: string): readonly PushRecord[] {
  return text.split('\n').flatMap(line => parsePush(line) ?? [])
}

function parsePush(line: string): PushRecord | undefined {
  try {
    const record: unknown = JSON.parse(line)
    if (typeof record !== 'object' || record === null) return undefined
    const { time, pusher, ref, old, new: target } = record as Record<string, unknown>
    if (typeof time !== 'string' || typeof pusher !== 'string' || typeof ref !== 'string') return undefined
    return {
      time,
      pusher,
      ref,
      ...(typeof old === 'string' ? { old } : {}),
      ...(typeof target === 'string' ? { new: target } : {}),
    }
  } catch {
    return undefined
  }
}

async function readEnd(path: string): Promise<string> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return ''
  try {
    const { size } = await file.stat()
    const start = Math.max(0, size - READ_BYTES_MAX)
    const { buffer, bytesRead } = await file.read(Buffer.alloc(size - start), 0, size - start, start)
    return buffer.toString('utf8', 0, bytesRead)
  } finally {
    await file.close()
  }
}
