import { DecodeError } from './decode-error.ts'

/** How a field's value is written (protobuf encoding, "Message Structure"). Groups (3, 4) are refused. */
export type WireType = 0 | 1 | 2 | 5

export interface WireField {
  readonly number: number
  readonly wireType: WireType
}

const text = new TextDecoder('utf-8', { fatal: true })

/** Reads the parts of one message. Throws DecodeError when the bytes end too soon or make no sense. */
export class WireReader {
  readonly #bytes: Uint8Array
  readonly #end: number
  #at: number

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.#bytes = bytes
    this.#at = start
    this.#end = end
  }

  get done(): boolean {
    return this.#at >= this.#end
  }

  field(): WireField {
    const tag = this.integer()
    const wireType = tag & 7
    const number = Math.floor(tag / 8)
    if (number < 1) throw wrong('a field has the number 0')
    if (wireType !== 0 && wireType !== 1 && wireType !== 2 && wireType !== 5) {
      throw wrong(`field ${number} has the unknown wire type ${wireType}`)
    }
    return { number, wireType }
  }

  /** A varint as a signed number of 64 bits. Throws when it is beyond what a number holds exactly. */
  integer(): number {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      if (shift === 0n && byte < 0x80) return byte
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return exact(BigInt.asIntN(64, value))
    }
    throw wrong('a number has more than ten bytes')
  }

  string(): string {
    const [start, end] = this.#span()
    try {
      return text.decode(this.#bytes.subarray(start, end))
    } catch {
      throw wrong('a text is not valid UTF-8')
    }
  }

  bytes(): Uint8Array {
    const [start, end] = this.#span()
    return this.#bytes.subarray(start, end)
  }

  message(): WireReader {
    const [start, end] = this.#span()
    return new WireReader(this.#bytes, start, end)
  }

  skip(wireType: WireType): void {
    if (wireType === 0) {
      for (let count = 0; this.#byte() >= 0x80; count += 1)
        if (count > 8) throw wrong('a number has more than ten bytes')
    } else if (wireType === 2) this.#span()
    else this.#advance(wireType === 1 ? 8 : 4)
  }

  #span(): [number, number] {
    const length = this.integer()
    const start = this.#at
    if (length < 0) throw wrong('a length is negative')
    this.#advance(length)
    return [start, this.#at]
  }

  #advance(length: number): void {
    if (this.#at + length > this.#end) throw wrong('the bytes end in the middle of a value')
    this.#at += length
  }

  #byte(): number {
    const byte = this.#bytes[this.#at]
    if (byte === undefined || this.#at >= this.#end) throw wrong('the bytes end in the middle of a value')
    this.#at += 1
    return byte
  }
}

function exact(value: bigint): number {
  const number = Number(value)
  if (Number.isSafeInteger(number)) return number
  throw wrong(`the whole number ${value} is beyond ±${Number.MAX_SAFE_INTEGER}`)
}

function wrong(why: string): DecodeError {
  return new DecodeError(why)
}
