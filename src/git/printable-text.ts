/**
 * Text for a terminal: control characters (also those of Unicode that reorder or hide text) become visible escapes, so
 * that a commit's message or a file's name cannot move the cursor, set colours or fake a line.
 */
export function printableText(text: string, lengthMax = 2_000): string {
  const safe = text
    .toWellFormed()
    .replace(/[\x00-\x08\x0a-\x1f\x7f-\x9f]/g, char => `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)
    .replace(/[\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g, char => `\\u${char.charCodeAt(0).toString(16)}`)
  return safe.length <= lengthMax ? safe : `${safe.slice(0, lengthMax - 1)}…`
}
