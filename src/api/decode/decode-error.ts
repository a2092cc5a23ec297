/** The bytes are not what they should be. The message has the place, when it is known, and why. */
export class DecodeError extends Error {
  override readonly name = 'DecodeError'
  /** From 1. */
  readonly line: number | undefined
  readonly column: number | undefined
  /** Without the place. */
  readonly why: string
  readonly kind: DecodeErrorKind

  constructor(why: string, place?: Place, kind: DecodeErrorKind = 'wrong') {
    super(place === undefined ? why : `line ${place.line}, column ${place.column}: ${why}`)
    this.why = why
    this.line = place?.line
    this.column = place?.column
    this.kind = kind
  }
}

/** Over the limit of bytes (the HTTP edge answers 413), over another limit, or wrong (400). */
export type DecodeErrorKind = 'tooLarge' | 'tooMuch' | 'wrong'

export interface Place {
  readonly line: number
  readonly column: number
}

/** Where the character at `index` stands; lines and columns count from 1, columns in UTF-16 units. */
export function placeOf(text: string, index: number): Place {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end >= 0 && end < index; end = text.indexOf('\n', start)) {
    line += 1
    start = end + 1
  }
  return { line, column: index - start + 1 }
}
