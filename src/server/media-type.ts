/** One entry of an `Accept` or `Content-Type` header (RFC 9110, sections 5.6.6 and 12.5.1). */
export interface MediaType {
  /** Lower case, `application/json`. */
  readonly type: string
  /** Names in lower case, without `q`. Their order means nothing. */
  readonly parameters: ReadonlyMap<string, string>
  /** 0 to 1. */
  readonly quality: number
}

const ENTRIES_MAX = 64

/** The entries of a header, best first; entries of equal quality keep their order. Those with quality 0 are left out. */
export function parseMediaTypes(header: string): MediaType[] {
  return splitOutsideQuotes(header, ',')
    .slice(0, ENTRIES_MAX)
    .map(parseMediaType)
    .filter(entry => entry.type !== '' && entry.quality > 0)
    .sort((a, b) => b.quality - a.quality)
}

export function parseMediaType(text: string): MediaType {
  const [type = '', ...rest] = splitOutsideQuotes(text, ';')
  const parameters = new Map<string, string>()
  for (const parameter of rest) {
    const equals = parameter.indexOf('=')
    if (equals > 0)
      parameters.set(parameter.slice(0, equals).trim().toLowerCase(), unquote(parameter.slice(equals + 1)))
  }
  const quality = Number(parameters.get('q') ?? 1)
  parameters.delete('q')
  return { type: type.trim().toLowerCase(), parameters, quality: quality >= 0 && quality <= 1 ? quality : 1 }
}

function unquote(value: string): string {
  const trimmed = value.trim()
  return trimmed.startsWith('"') && trimmed.endsWith('"') && trimmed.length > 1
    ? trimmed.slice(1, -1).replaceAll(/\\(.)/g, '$1')
    : trimmed
}

function splitOutsideQuotes(text: string, separator: string): string[] {
  if (!text.includes('"')) return text.split(separator)
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let index = 0; index < text.length; index++) {
    const character = text[index]
    if (quoted && character === '\\') index += 1
    else if (character === '"') quoted = !quoted
    else if (character === separator && !quoted) {
      parts.push(text.slice(start, index))
      start = index + 1
    }
  }
  parts.push(text.slice(start))
  return parts
}
