import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Random } from '../lib/random.ts'
import type { CipherKey } from '../registry/system-cipher.ts'
import { writeFileAtomically } from './data-directory.ts'
import { UsageError } from './usage-error.ts'

/** The key that Secrets are encrypted with at rest: made at the first start, kept beside the certificates (0600). */
export function openEncryptionKey(pkiDirectory: string, random: Random): CipherKey {
  const path = join(pkiDirectory, 'encryption-key')
  if (!existsSync(path)) writeFileAtomically(path, `${Buffer.from(random.bytes(32)).toString('base64')}\n`)
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'base64')
  if (key.length !== 32) {
    throw new UsageError(
      `${path} is damaged: it must hold 32 bytes in base64. Restore it from a copy; without it stored Secrets cannot be read`,
    )
  }
  return { id: 1, key }
}
