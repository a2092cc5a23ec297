import { inflateSync } from 'node:zlib'
import type { ObjectId } from './git-repository.ts'
import { GitError } from './git-repository.ts'
import type { GitObject, ObjectType } from './object-format.ts'
import { hashObject } from './object-format.ts'

/**
 * All objects of a small pack (gitformat-pack, version 2), deltas resolved. For packs that git has checked already:
 * here it only must not run away, so what inflates to more than `inflatedBytesMax` in all fails as `too-large`.
 * Synchronous: a few milliseconds for a megabyte. Deltas build on objects of the same pack, as in every pack that git
 * stores.
 */
export function decodePack(pack: Buffer, inflatedBytesMax: number): ReadonlyMap<ObjectId, GitObject> {
  if (pack.length < 32 || pack.toString('latin1', 0, 4) !== 'PACK' || pack.readUInt32BE(4) !== 2) throw damaged()
  const byOffset = new Map<number, GitObject>()
  const byId = new Map<ObjectId, GitObject>()
  let left = inflatedBytesMax
  let waiting: { entry: PackEntry; delta: Buffer }[] = []
  let at = 12
  for (let index = pack.readUInt32BE(8); index > 0; index--) {
    const entry = readEntry(pack, at)
    const { content, end } = inflate(pack, entry, left)
    at = end
    left -= content.length
    if (entry.type === undefined) waiting.push({ entry, delta: content })
    else keep(entry, { type: entry.type, content })
  }
  // A delta may stand before its base, and build on another delta: each round resolves at least one.
  while (waiting.length > 0) {
    const unresolved = waiting.filter(({ entry, delta }) => !resolve(entry, delta))
    if (unresolved.length === waiting.length) throw damaged()
    waiting = unresolved
  }
  return byId

  function keep({ offset }: PackEntry, object: GitObject): void {
    byOffset.set(offset, object)
    byId.set(hashObject(object), object)
  }

  function resolve(entry: PackEntry, delta: Buffer): boolean {
    const { base } = entry
    const object = typeof base === 'number' ? byOffset.get(base) : byId.get(base!)
    if (object === undefined) return false
    const content = applyDelta(Buffer.from(object.content), delta, left)
    left -= content.length
    keep(entry, { type: object.type, content })
    return true
  }
}

interface PackEntry {
  readonly offset: number
  /** Where its compressed bytes begin. */
  readonly start: number
  readonly size: number
  /** Undefined: a delta on `base`. */
  readonly type: ObjectType | undefined
  /** An offset in this pack, or an id. */
  readonly base: number | ObjectId | undefined
}

const TYPES: readonly (ObjectType | undefined)[] = [undefined, 'commit', 'tree', 'blob', 'tag']
const OFFSET_DELTA = 6
const ID_DELTA = 7

function readEntry(pack: Buffer, offset: number): PackEntry {
  let at = offset
  let byte = byteAt(pack, at++)
  const kind = (byte >> 4) & 7
  let size = byte & 15
  for (let shift = 4; byte & 0x80; shift += 7) {
    byte = byteAt(pack, at++)
    size += (byte & 0x7f) * 2 ** shift
  }
  if (kind === ID_DELTA) {
    return { offset, start: at + 20, size, type: undefined, base: pack.toString('hex', at, at + 20) }
  }
  if (kind !== OFFSET_DELTA) {
    const type = TYPES[kind]
    if (type === undefined) throw damaged()
    return { offset, start: at, size, type, base: undefined }
  }
  byte = byteAt(pack, at++)
  let back = byte & 0x7f
  while (byte & 0x80) {
    byte = byteAt(pack, at++)
    back = (back + 1) * 128 + (byte & 0x7f)
  }
  return { offset, start: at, size, type: undefined, base: offset - back }
}

function inflate(pack: Buffer, { start, size }: PackEntry, bytesMax: number): { content: Buffer; end: number } {
  if (size > bytesMax) throw tooBig()
  try {
    const inflated = inflateSync(pack.subarray(start), {
      info: true,
      maxOutputLength: Math.max(size, 1),
    }) as unknown as {
      buffer: Buffer
      engine: { bytesWritten: number }
    }
    if (inflated.buffer.length !== size) throw damaged()
    return { content: inflated.buffer, end: start + inflated.engine.bytesWritten }
  } catch (cause) {
    throw cause instanceof GitError ? cause : damaged(cause)
  }
}

/** Instructions: copy a piece of the base (high bit set; the other bits say which bytes of offset and size follow), or insert. */
function applyDelta(base: Buffer, delta: Buffer, bytesMax: number): Buffer {
  let at = 0
  const readSize = () => {
    let size = 0
    for (let shift = 0; ; shift += 7) {
      const byte = byteAt(delta, at++)
      size += (byte & 0x7f) * 2 ** shift
      if (!(byte & 0x80)) return size
    }
  }
  if (readSize() !== base.length) throw damaged()
  const size = readSize()
  if (size > bytesMax) throw tooBig()
  const parts: Buffer[] = []
  let written = 0
  while (at < delta.length) {
    const part = readInstruction()
    written += part.length
    if (written > size) throw damaged()
    parts.push(part)
  }
  if (written !== size) throw damaged()
  return Buffer.concat(parts)

  function readInstruction(): Buffer {
    const code = byteAt(delta, at++)
    if (!(code & 0x80)) {
      if (code === 0 || at + code > delta.length) throw damaged()
      at += code
      return delta.subarray(at - code, at)
    }
    const number = (bits: number, first: number) => {
      let value = 0
      for (let bit = 0; bit < bits; bit++)
        if (code & (1 << (first + bit))) value += byteAt(delta, at++) * 2 ** (8 * bit)
      return value
    }
    const offset = number(4, 0)
    const length = number(3, 4) || 0x10000
    if (offset + length > base.length) throw damaged()
    return base.subarray(offset, offset + length)
  }
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw damaged()
  return byte
}

function damaged(cause?: unknown): GitError {
  return new GitError('corrupt', 'a pack of this push is damaged', { cause })
}

function tooBig(): GitError {
  return new GitError('too-large', 'a pack of this push holds more than is read at once')
}
