import { DecodeError, placeOf } from './decode-error.ts'

const strict = new TextDecoder('utf-8', { fatal: true })

/** UTF-8 to text, without a byte order mark. Throws DecodeError when there is too much or when it is not UTF-8. */
export function decodeText(bytes: Uint8Array, bytesMax: number): string {
  if (bytes.length > bytesMax) {
    throw new DecodeError(`${bytes.length} bytes are more than the limit of ${bytesMax}`, undefined, 'tooLarge')
  }
  try {
    return strict.decode(bytes)
  } catch {
    throw new DecodeError(describeBytes(bytes), firstBadPlace(bytes))
  }
}

/** Says what Windows calls "Unicode" by its name. */
function describeBytes([first, second]: Uint8Array): string {
  const isUtf16 = (first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)
  return isUtf16 ? 'the text is UTF-16, not UTF-8' : 'the bytes are not valid UTF-8'
}

/** U+FFFD stands where decoding went wrong, unless the text has one of its own before. */
function firstBadPlace(bytes: Uint8Array) {
  const text = new TextDecoder().decode(bytes)
  return placeOf(text, Math.max(0, text.indexOf('\ufffd')))
}
