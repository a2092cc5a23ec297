import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Identity } from '../../client/client.ts'
import type { Clock } from '../../lib/clock.ts'
import type { Random } from '../../lib/random.ts'
import { writePrivateFile } from './write-private-file.ts'

/** Bearer tokens. Only their hashes are kept, so that nobody can read a token out of the data directory. */
export interface TokenStore {
  /** A new token for `identity`; resolves once it is on the disk. The text is never to be seen again. */
  issue(identity: Identity, purpose: string, lifetimeMs: number): Promise<string>
  /** Whose token this is; undefined when nobody's, or expired. */
  find(token: string): Identity | undefined
  revoke(token: string): Promise<void>
}

export interface TokenStoreOptions {
  /** File the hashes are kept in. */
  readonly path: string
  readonly clock: Clock
  readonly random: Random
}

/** Tokens that are good at the same time. The oldest makes room for the newest. */
const TOKENS_MAX = 10_000
const TOKEN_BYTES = 32
const PREFIX = 'pintle_'

interface TokenRecord {
  readonly hash: string
  readonly user: string
  readonly groups: readonly string[]
  readonly purpose: string
  readonly expiresAtMs: number
}

export async function openTokenStore({ path, clock, random }: TokenStoreOptions): Promise<TokenStore> {
  const records = new Map((await readRecords(path)).map(record => [record.hash, record]))
  let writing = Promise.resolve()

  /** Saves are queued: the file always holds what was known when the last one began. */
  function save(): Promise<void> {
    const write = () => writePrivateFile(path, `${JSON.stringify([...records.values()], null, 1)}\n`)
    writing = writing.then(write, write)
    return writing
  }

  function dropExpired(): void {
    const nowMs = clock.now()
    for (const record of records.values()) if (record.expiresAtMs <= nowMs) records.delete(record.hash)
    for (const hash of records.keys()) {
      if (records.size < TOKENS_MAX) break
      records.delete(hash)
    }
  }

  return {
    async issue(identity, purpose, lifetimeMs) {
      dropExpired()
      const token = `${PREFIX}${Buffer.from(random.bytes(TOKEN_BYTES)).toString('base64url')}`
      const { user, groups } = identity
      const hash = hashOf(token)
      records.set(hash, { hash, user, groups, purpose, expiresAtMs: clock.now() + lifetimeMs })
      await save()
      return token
    },
    find(token) {
      const record = records.get(hashOf(token))
      if (record === undefined || record.expiresAtMs <= clock.now()) return undefined
      return { user: record.user, groups: record.groups }
    },
    async revoke(token) {
      if (records.delete(hashOf(token))) await save()
    },
  }
}

/** Tokens are 256 random bits: a plain hash cannot be turned back, and looking it up tells nothing by its time. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

async function readRecords(path: string): Promise<TokenRecord[]> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as TokenRecord[]
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    if (error instanceof SyntaxError)
      throw new Error(`${path} is not readable; remove it to invalidate all tokens`, { cause: error })
    throw error
  }
}
