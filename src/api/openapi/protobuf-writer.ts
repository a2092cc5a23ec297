/** Writes protobuf messages (encoding guide, "Message Structure"): only what OpenAPI v2 needs. */

const VARINT = 0
const LENGTH_DELIMITED = 2
const encoder = new TextEncoder()

/** The fields of one message, in the order they were added. */
export class MessageWriter {
  readonly #parts: Uint8Array[] = []
  #length = 0

  /** Left out when empty, as proto3 does. */
  text(field: number, value: string | undefined): this {
    return value === undefined || value === '' ? this : this.#delimited(field, encoder.encode(value))
  }

  texts(field: number, values: readonly string[] | undefined): this {
    for (const value of values ?? []) this.#delimited(field, encoder.encode(value))
    return this
  }

  flag(field: number, value: boolean | undefined): this {
    if (!value) return this
    this.#tag(field, VARINT)
    this.#push(Uint8Array.of(1))
    return this
  }

  /** Written also when it is empty: that it is there may mean something. */
  message(field: number, value: MessageWriter | undefined): this {
    return value === undefined ? this : this.#delimited(field, value.finish())
  }

  messages(field: number, values: readonly MessageWriter[]): this {
    for (const value of values) this.message(field, value)
    return this
  }

  finish(): Uint8Array {
    const bytes = new Uint8Array(this.#length)
    let offset = 0
    for (const part of this.#parts) {
      bytes.set(part, offset)
      offset += part.length
    }
    return bytes
  }

  #delimited(field: number, bytes: Uint8Array): this {
    this.#tag(field, LENGTH_DELIMITED)
    this.#push(varint(bytes.length))
    this.#push(bytes)
    return this
  }

  #tag(field: number, wireType: number): void {
    this.#push(varint(field * 8 + wireType))
  }

  #push(bytes: Uint8Array): void {
    this.#parts.push(bytes)
    this.#length += bytes.length
  }
}

/** Seven bits at a time, lowest first. */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  let rest = value
  while (rest > 0x7f) {
    bytes.push((rest & 0x7f) | 0x80)
    rest >>>= 7
  }
  bytes.push(rest)
  return Uint8Array.from(bytes)
}
