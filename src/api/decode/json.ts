import type { Json } from '../object.ts'
import { setOwn } from '../plain-object.ts'
import { DecodeError, placeOf } from './decode-error.ts'
import { decodeText } from './decode-text.ts'
import { formatFieldPath } from './field-path.ts'
import type { DecodeLimits } from './limits.ts'

export interface DecodedJson {
  readonly value: Json
  /** Paths of members given more than once (the last one counts), at most 100. */
  readonly duplicateFields: readonly string[]
}

export const DUPLICATE_FIELDS_MAX = 100

/**
 * JSON (RFC 8259) as data: `__proto__` is a member like any other, halves of surrogate pairs become U+FFFD, whole numbers
 * beyond 2^53-1 are refused rather than changed. Throws DecodeError with line and column.
 */
export function parseJson(bytes: Uint8Array, limits: DecodeLimits): DecodedJson {
  return parseJsonText(decodeText(bytes, limits.bytesMax), limits)
}

export function parseJsonText(text: string, limits: Pick<DecodeLimits, 'depthMax'>): DecodedJson {
  return new JsonReader(text, limits.depthMax).document()
}

const NUMBER = /-?(?:0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?/y
/** Shorter numbers are exact. */
const SAFE_DIGITS = 15

const QUOTE = 0x22
const COMMA = 0x2c
const COLON = 0x3a
const OPEN_LIST = 0x5b
const BACKSLASH = 0x5c
const CLOSE_LIST = 0x5d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d

class JsonReader {
  readonly #text: string
  readonly #depthMax: number
  readonly #path: (string | number)[] = []
  readonly #duplicates: string[] = []
  #at = 0

  constructor(text: string, depthMax: number) {
    this.#text = text
    this.#depthMax = depthMax
  }

  document(): DecodedJson {
    this.#skipSpace()
    if (this.#at === this.#text.length) this.#fail('there is nothing here; expected a JSON value')
    const value = this.#value()
    this.#skipSpace()
    if (this.#at < this.#text.length) this.#fail(`${this.#show()} after the end of the JSON value`)
    return { value, duplicateFields: this.#duplicates }
  }

  #value(): Json {
    const code = this.#text.charCodeAt(this.#at)
    if (code === QUOTE) return this.#string()
    if (code === OPEN_OBJECT) return this.#object()
    if (code === OPEN_LIST) return this.#list()
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) return this.#number()
    for (const [word, value] of WORDS) {
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length
        return value
      }
    }
    return this.#fail(`${this.#show()} is not the start of a JSON value`)
  }

  #object(): Json {
    const object: Record<string, Json> = {}
    this.#enter()
    if (this.#take(CLOSE_OBJECT)) return object
    const depth = this.#path.length
    for (;;) {
      if (this.#text.charCodeAt(this.#at) !== QUOTE)
        this.#fail(`${this.#show()} where a member's name in quotes belongs`)
      const key = this.#string()
      this.#path[depth] = key
      if (Object.hasOwn(object, key)) this.#duplicate()
      this.#skipSpace()
      if (!this.#take(COLON)) this.#fail(`${this.#show()} where ':' belongs`)
      const value = this.#value()
      if (key === '__proto__') setOwn(object, key, value)
      else object[key] = value
      this.#skipSpace()
      if (this.#take(COMMA)) continue
      if (!this.#take(CLOSE_OBJECT)) this.#fail(`${this.#show()} where ',' or '}' belongs`)
      this.#path.length = depth
      return object
    }
  }

  #list(): Json {
    const list: Json[] = []
    this.#enter()
    if (this.#take(CLOSE_LIST)) return list
    const depth = this.#path.length
    for (;;) {
      this.#path[depth] = list.length
      list.push(this.#value())
      this.#skipSpace()
      if (this.#take(COMMA)) continue
      if (!this.#take(CLOSE_LIST)) this.#fail(`${this.#show()} where ',' or ']' belongs`)
      this.#path.length = depth
      return list
    }
  }

  /** Past the opening bracket. */
  #enter(): void {
    if (this.#path.length >= this.#depthMax) {
      const why = `more than ${this.#depthMax} objects and lists inside one another`
      throw new DecodeError(why, placeOf(this.#text, this.#at), 'tooMuch')
    }
    this.#at += 1
    this.#skipSpace()
  }

  /** Takes the character, and the space behind it, when it is next. */
  #take(code: number): boolean {
    if (this.#text.charCodeAt(this.#at) !== code) return false
    this.#at += 1
    if (code !== CLOSE_OBJECT && code !== CLOSE_LIST) this.#skipSpace()
    return true
  }

  #string(): string {
    const start = this.#at
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at)
      if (code === QUOTE) {
        this.#at = at + 1
        return this.#text.slice(start + 1, at)
      }
      if (code === BACKSLASH) return this.#escapedString(start)
      if (code < 0x20) this.#fail('a control character inside a text; write it as an escape such as \\n', at)
    }
    return this.#fail('a text without its closing quote', start)
  }

  #escapedString(start: number): string {
    for (let at = start + 1; at < this.#text.length; at += 1) {
      const code = this.#text.charCodeAt(at)
      if (code === BACKSLASH) at += 1
      else if (code === QUOTE) {
        this.#at = at + 1
        return this.#unescape(start, at + 1)
      }
    }
    return this.#fail('a text without its closing quote', start)
  }

  #unescape(start: number, end: number): string {
    try {
      return (JSON.parse(this.#text.slice(start, end)) as string).toWellFormed()
    } catch {
      return this.#fail('a text with a control character or an escape that JSON does not have', start)
    }
  }

  #number(): number {
    NUMBER.lastIndex = this.#at
    const match = NUMBER.exec(this.#text)
    if (match === null) return this.#fail(`${this.#show()} is not the start of a JSON value`)
    const [literal, fraction, exponent] = match
    const value = Number(literal)
    if (literal.length > SAFE_DIGITS)
      this.#checkNumber(literal, value, fraction === undefined && exponent === undefined)
    else if (exponent !== undefined && !Number.isFinite(value)) this.#failAtPath(`${literal} is out of range`)
    this.#at += literal.length
    return value === 0 ? 0 : value
  }

  #checkNumber(literal: string, value: number, whole: boolean): void {
    const shown = literal.length > 40 ? `${literal.slice(0, 40)}...` : literal
    if (!Number.isFinite(value)) this.#failAtPath(`${shown} is out of range`)
    if (whole && !Number.isSafeInteger(value)) {
      this.#failAtPath(`the whole number ${shown} is beyond ±${Number.MAX_SAFE_INTEGER}`)
    }
  }

  #skipSpace(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at)
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return
      this.#at += 1
    }
  }

  #duplicate(): void {
    const path = formatFieldPath(this.#path)
    if (this.#duplicates.length < DUPLICATE_FIELDS_MAX && !this.#duplicates.includes(path)) this.#duplicates.push(path)
  }

  #show(): string {
    const [character] = this.#text.slice(this.#at, this.#at + 2)
    return character === undefined ? 'the end' : JSON.stringify(character)
  }

  #failAtPath(why: string): never {
    return this.#fail(`${formatFieldPath(this.#path)}: ${why}`)
  }

  #fail(why: string, at = this.#at): never {
    throw new DecodeError(why, placeOf(this.#text, at))
  }
}

const WORDS: readonly (readonly [string, Json])[] = [
  ['true', true],
  ['false', false],
  ['null', null],
]
