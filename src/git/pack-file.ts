import { createHash } from 'node:crypto'
import { crc32, deflateSync } from 'node:zlib'
import type { OffloadJob } from '../lib/offload.ts'
import type { ObjectId } from './git-repository.ts'
import type { GitObject } from './object-format.ts'
import { hashObject } from './object-format.ts'

/**
 * A pack and its index (gitformat-pack, both version 2) without deltas: the cheapest way to make several objects durable
 * at once, two synced files instead of one each.
 */
export interface PackFile {
  /** Checksum of the pack: the files are `pack-<name>.pack` and `pack-<name>.idx`. */
  readonly name: string
  readonly pack: Uint8Array
  readonly index: Uint8Array
}

export const encodePackJob: OffloadJob<readonly GitObject[], PackFile> = {
  name: 'encode git pack',
  module: import.meta.url,
  exportName: 'encodePack',
  work: encodePack,
}

const TYPE_NUMBERS = { commit: 1, tree: 2, blob: 3, tag: 4 } as const

/** Objects in any order, each once. */
export function encodePack(objects: readonly GitObject[]): PackFile {
  const header = Buffer.alloc(12)
  header.write('PACK')
  header.writeUInt32BE(2, 4)
  header.writeUInt32BE(objects.length, 8)
  const parts: Buffer[] = [header]
  const places: Place[] = []
  let offset = header.length
  for (const object of objects) {
    const bytes = Buffer.concat([entryHeader(object), deflateSync(object.content)])
    places.push({ id: hashObject(object), crc: crc32(bytes), offset })
    parts.push(bytes)
    offset += bytes.length
  }
  const body = Buffer.concat(parts)
  const checksum = sha1(body)
  const pack = Buffer.concat([body, checksum])
  return { name: checksum.toString('hex'), pack, index: encodeIndex(places, checksum) }
}

interface Place {
  readonly id: ObjectId
  readonly crc: number
  /** Under 2^31: far more than is ever written at once. */
  readonly offset: number
}

/** Four bits of size beside the type, then seven bits a byte, lowest first. */
function entryHeader({ type, content }: GitObject): Buffer {
  const bytes: number[] = []
  let byte = (TYPE_NUMBERS[type] << 4) | (content.length & 15)
  for (let left = Math.floor(content.length / 16); left > 0; left = Math.floor(left / 128)) {
    bytes.push(byte | 0x80)
    byte = left & 0x7f
  }
  return Buffer.from([...bytes, byte])
}

function encodeIndex(places: readonly Place[], packChecksum: Buffer): Buffer {
  const sorted = places.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  const counts = new Uint32Array(256)
  for (const { id } of sorted) counts[Number.parseInt(id.slice(0, 2), 16)]!++
  const sums = counts.map((_, index) => counts.subarray(0, index + 1).reduce((sum, count) => sum + count, 0))
  const body = Buffer.concat([
    Buffer.from([0xff, 0x74, 0x4f, 0x63, 0, 0, 0, 2]),
    ...Array.from(sums, uint32),
    ...sorted.map(place => Buffer.from(place.id, 'hex')),
    ...sorted.map(place => uint32(place.crc)),
    ...sorted.map(place => uint32(place.offset)),
    packChecksum,
  ])
  return Buffer.concat([body, sha1(body)])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function sha1(bytes: Uint8Array): Buffer {
  return createHash('sha1').update(bytes).digest()
}
