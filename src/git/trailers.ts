/**
 * Trailers: the last paragraph of a commit message, `Token: value` lines, as `git interpret-trailers` reads them.
 * A token may stand several times.
 */
export type Trailers = readonly (readonly [token: string, value: string])[]

const TOKEN = /^[A-Za-z0-9-]+$/
const VALUE_LENGTH_MAX = 4_000

/** The message with the trailers appended; joins a trailer paragraph that is there already. */
export function formatTrailers(message: string, trailers: Trailers): string {
  const lines = trailers.map(([token, value]) => {
    if (!TOKEN.test(token)) throw new RangeError(`"${token}" cannot be a trailer's name`)
    return `${token}: ${cleanValue(value)}`
  })
  const body = message.trimEnd()
  if (lines.length === 0) return `${body}\n`
  const separator = parseTrailers(body).length > 0 ? '\n' : '\n\n'
  return `${body}${separator}${lines.join('\n')}\n`
}

/** One line: a value cannot begin a trailer of its own. */
function cleanValue(value: string): string {
  return value
    .replace(/[\s\x00-\x1f\x7f]+/g, ' ')
    .trim()
    .slice(0, VALUE_LENGTH_MAX)
}

/**
 * The trailers of a message, in order; none when the last paragraph holds any other line, or is the title itself. A line
 * that begins with a blank continues the one before.
 */
export function parseTrailers(message: string): Trailers {
  const paragraphs = message
    .replaceAll('\r\n', '\n')
    .trimEnd()
    .split(/\n[ \t]*\n/)
  if (paragraphs.length < 2) return []
  const trailers: [string, string][] = []
  for (const line of paragraphs.at(-1)!.split('\n')) {
    const last = trailers.at(-1)
    const match = /^([A-Za-z0-9-]+)[ \t]*:[ \t]*(.*)$/.exec(line)
    if (/^[ \t]+\S/.test(line) && last !== undefined) last[1] = `${last[1]} ${line.trim()}`
    else if (match !== null) trailers.push([match[1]!, match[2]!.trim()])
    else return []
  }
  return trailers
}

/** First value of a token, compared without case as Git does. */
export function findTrailer(trailers: Trailers, token: string): string | undefined {
  return trailers.find(([candidate]) => candidate.toLowerCase() === token.toLowerCase())?.[1]
}
