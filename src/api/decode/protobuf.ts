import { formatMicroTime, formatTime } from '../../lib/clock.ts'
import type { Json } from '../object.ts'
import { setOwn } from '../plain-object.ts'
import { encodeBytes } from '../validation/base64.ts'
import { DecodeError } from './decode-error.ts'
import { formatFieldPath } from './field-path.ts'
import { type DecodedJson, parseJson } from './json.ts'
import type { DecodeLimits } from './limits.ts'
import { type ProtobufField, type ProtobufMessage, protobufMessage, protobufMessageName } from './protobuf-schema.ts'
import { WireReader, type WireType } from './protobuf-wire.ts'

/** `k8s` and a zero byte stand before every Kubernetes object in protobuf. */
const MAGIC = [0x6b, 0x38, 0x73, 0x00]

/**
 * An object as Kubernetes' clients send it in protobuf: the magic bytes, then a `runtime.Unknown` that names the kind and
 * holds its message. Gives what the same object is in JSON: zero values that stand for nothing are left out, inlined
 * structs are flattened, unknown fields skipped. Throws DecodeError.
 */
export function decodeProtobuf(bytes: Uint8Array, limits: DecodeLimits): DecodedJson {
  if (bytes.length > limits.bytesMax) {
    throw new DecodeError(`${bytes.length} bytes are more than the limit of ${limits.bytesMax}`, undefined, 'tooLarge')
  }
  if (MAGIC.some((byte, index) => bytes[index] !== byte)) {
    throw new DecodeError(
      'the bytes are no Kubernetes object in protobuf: they do not start with "k8s" and a zero byte',
    )
  }
  const { apiVersion, kind, raw, contentType } = readUnknown(new WireReader(bytes, MAGIC.length))
  if (contentType === 'application/json') return parseJson(raw, limits)
  const name = protobufMessageName(apiVersion, kind)
  if (name === undefined) {
    throw new DecodeError(`no protobuf form of ${kind || 'an unnamed kind'} in ${apiVersion} is known: send it as JSON`)
  }
  const object: Record<string, Json> = { apiVersion, kind }
  new MessageReader(limits).into(object, new WireReader(raw), protobufMessage(name)!)
  return { value: object, duplicateFields: [] }
}

interface Unknown {
  readonly apiVersion: string
  readonly kind: string
  readonly raw: Uint8Array
  readonly contentType: string
}

function readUnknown(reader: WireReader): Unknown {
  const parts = { apiVersion: '', kind: '', raw: new Uint8Array(), contentType: '' }
  while (!reader.done) {
    const { number, wireType } = reader.field()
    if (wireType !== 2) reader.skip(wireType)
    else if (number === 1) Object.assign(parts, readTypeMeta(reader.message()))
    else if (number === 2) parts.raw = Uint8Array.from(reader.bytes())
    else if (number === 3 && reader.string() !== '') throw new DecodeError('the object has an unknown content encoding')
    else if (number === 4) parts.contentType = reader.string()
    else if (number !== 3) reader.skip(wireType)
  }
  return parts
}

function readTypeMeta(reader: WireReader): { readonly apiVersion: string; readonly kind: string } {
  const texts = readTexts(reader)
  return { apiVersion: texts.get(1) ?? '', kind: texts.get(2) ?? '' }
}

function readTexts(reader: WireReader): Map<number, string> {
  const texts = new Map<number, string>()
  while (!reader.done) {
    const { number, wireType } = reader.field()
    if (wireType === 2) texts.set(number, reader.string())
    else reader.skip(wireType)
  }
  return texts
}

type Members = Record<string, Json>

class MessageReader {
  readonly #limits: DecodeLimits
  readonly #path: (string | number)[] = []

  constructor(limits: DecodeLimits) {
    this.#limits = limits
  }

  /** Adds the members of a message to an object. */
  into(object: Members, reader: WireReader, message: ProtobufMessage): void {
    if (this.#path.length > this.#limits.depthMax) {
      throw new DecodeError(
        `more than ${this.#limits.depthMax} objects and lists inside one another`,
        undefined,
        'tooMuch',
      )
    }
    while (!reader.done) {
      const { number, wireType } = reader.field()
      const field = message.get(number)
      if (field === undefined) reader.skip(wireType)
      else this.#field(object, reader, field, wireType)
    }
  }

  #field(object: Members, reader: WireReader, field: ProtobufField, wireType: WireType): void {
    const { name, repeated } = field
    if (field.inline) {
      this.#check(field, wireType)
      this.into(object, reader.message(), protobufMessage(field.type.slice(1))!)
      return
    }
    this.#path.push(name)
    if (repeated === 'map') this.#mapEntry(object, reader, field, wireType)
    else if (repeated === 'list') this.#listItems(object, reader, field, wireType)
    else {
      const value = this.#value(reader, field, wireType)
      if (value !== undefined && (field.keepsZero || !isZero(value))) setOwn(object, name, value)
      // A later occurrence counts: a zero takes an earlier value away.
      else if (value !== undefined) delete object[name]
    }
    this.#path.pop()
  }

  #mapEntry(object: Members, reader: WireReader, field: ProtobufField, wireType: WireType): void {
    if (wireType !== 2) throw this.#wrong('a map is not written as messages')
    const entry = reader.message()
    const map = (object[field.name] ?? {}) as Members
    let key = ''
    let value: Json = zeroOf(field)
    while (!entry.done) {
      const part = entry.field()
      if (part.number === 1 && part.wireType === 2) key = entry.string()
      else if (part.number === 2) value = this.#value(entry, field, part.wireType) ?? null
      else entry.skip(part.wireType)
    }
    setOwn(map, key, value)
    object[field.name] = map
  }

  #listItems(object: Members, reader: WireReader, field: ProtobufField, wireType: WireType): void {
    const list = (object[field.name] ?? []) as Json[]
    object[field.name] = list
    this.#path.push(list.length)
    if (wireType === 2 && (field.type === 'i' || field.type === 'b')) {
      const packed = reader.message()
      while (!packed.done) list.push(this.#value(packed, field, 0)!)
    } else list.push(this.#value(reader, field, wireType) ?? null)
    this.#path.pop()
  }

  #check(field: ProtobufField, wireType: WireType): void {
    const expected = field.type === 'i' || field.type === 'b' ? 0 : 2
    if (wireType !== expected) throw this.#wrong(`wire type ${wireType} where ${expected} belongs`)
  }

  /** Undefined: nothing (an empty time). */
  #value(reader: WireReader, field: ProtobufField, wireType: WireType): Json | undefined {
    this.#check(field, wireType)
    try {
      switch (field.type) {
        case 's':
          return reader.string()
        case 'i':
          return reader.integer()
        case 'b':
          return reader.integer() !== 0
        case 'y':
          return encodeBytes(reader.bytes())
        case 'j':
          return this.#embedded(reader.message())
        case 'w':
          return readWrappedTexts(reader.message())
        case 'q':
          return readTexts(reader.message()).get(1) ?? '0'
        case 't':
          return readTime(reader.message())
        case 'u':
          return readMicroTime(reader.message())
        case 'x':
          return readIntOrString(reader.message())
      }
    } catch (error) {
      if (error instanceof DecodeError && error.kind === 'wrong') throw this.#wrong(error.why)
      throw error
    }
    const object: Members = {}
    this.into(object, reader.message(), protobufMessage(field.type.slice(1))!)
    return object
  }

  #embedded(reader: WireReader): Json | undefined {
    while (!reader.done) {
      const { number, wireType } = reader.field()
      if (number !== 1 || wireType !== 2) reader.skip(wireType)
      else {
        const bytes = reader.bytes()
        return bytes.length === 0 ? undefined : parseJson(bytes, this.#limits).value
      }
    }
    return undefined
  }

  #wrong(why: string): DecodeError {
    const path = formatFieldPath(this.#path)
    return new DecodeError(why.startsWith(path) ? why : `${path}: ${why}`)
  }
}

function readIntegers(reader: WireReader): Map<number, number> {
  const integers = new Map<number, number>()
  while (!reader.done) {
    const { number, wireType } = reader.field()
    if (wireType === 0) integers.set(number, reader.integer())
    else reader.skip(wireType)
  }
  return integers
}

function readTime(reader: WireReader): string | undefined {
  const parts = readIntegers(reader)
  return parts.has(1) ? formatTime(epochMsOf(parts)) : undefined
}

function readMicroTime(reader: WireReader): string | undefined {
  const parts = readIntegers(reader)
  if (!parts.has(1)) return undefined
  const micros = String(Math.floor((parts.get(2) ?? 0) / 1000)).padStart(6, '0')
  return formatMicroTime(epochMsOf(parts)).replace(/\.\d{6}/, `.${micros}`)
}

/** From the start of year 1 to the end of year 9999. */
const SECONDS_MIN = -62_135_596_800
const SECONDS_MAX = 253_402_300_799

function epochMsOf(parts: ReadonlyMap<number, number>): number {
  const seconds = parts.get(1)!
  const nanos = parts.get(2) ?? 0
  if (seconds >= SECONDS_MIN && seconds <= SECONDS_MAX && nanos >= 0 && nanos < 1e9) return seconds * 1000
  throw new DecodeError('a time is out of range')
}

function readIntOrString(reader: WireReader): number | string {
  const parts = new Map<number, number | string>()
  while (!reader.done) {
    const { number, wireType } = reader.field()
    if (wireType === 0) parts.set(number, reader.integer())
    else if (wireType === 2) parts.set(number, reader.string())
    else reader.skip(wireType)
  }
  return parts.get(1) === 1 ? (parts.get(3) ?? '') : (parts.get(2) ?? 0)
}

function readWrappedTexts(reader: WireReader): string[] {
  const texts: string[] = []
  while (!reader.done) {
    const { number, wireType } = reader.field()
    if (number === 1 && wireType === 2) texts.push(reader.string())
    else reader.skip(wireType)
  }
  return texts
}

/** What a map's value is when the entry leaves it out. */
function zeroOf({ type }: ProtobufField): Json {
  if (type === 'i') return 0
  if (type === 'b') return false
  if (type === 'w') return []
  if (type === 'q') return '0'
  return type.startsWith('@') ? {} : ''
}

/** Empty objects stay: `emptyDir: {}` says something. */
function isZero(value: Json): boolean {
  return value === 0 || value === false || value === ''
}
