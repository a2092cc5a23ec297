/** The steps of a JSON Pointer (RFC 6901), `/spec/a~1b`; undefined when the text is none. The empty text is the root. */
export function parseJsonPointer(text: string): readonly string[] | undefined {
  if (text === '') return []
  if (!text.startsWith('/') || /~(?![01])/.test(text)) return undefined
  return text
    .slice(1)
    .split('/')
    .map(step => step.replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** The index that a step means in a list of `length` items (`-` is the one behind the last); undefined when it is none. */
export function listIndex(step: string, length: number): number | undefined {
  if (step === '-') return length
  return /^(?:0|[1-9]\d{0,9})$/.test(step) ? Number(step) : undefined
}
