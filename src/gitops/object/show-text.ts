const SHOWN_LENGTH_MAX = 80
/** Control characters, and the ones that reorder or hide text on a terminal or page. */
const UNSAFE = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]/g

/** Text from outside made safe for a terminal, a log line or a Markdown cell: nothing in it acts, nothing hides. */
export function showText(text: string, lengthMax = SHOWN_LENGTH_MAX): string {
  const safe = text.replace(UNSAFE, character => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return safe.length > lengthMax ? `${safe.slice(0, lengthMax - 3)}...` : safe
}

/** A value as a plan shows it: JSON in one line, cut; text without quotes unless it would not be seen. */
export function showValue(value: unknown): string {
  if (typeof value === 'string' && value.trim() !== '') return showText(value)
  return showText(JSON.stringify(value) ?? 'nothing')
}

/** `1 object`, `3 objects`. */
export function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`
}

/** `a`, `a and b`, `a, b and c`; more than `shownMax` are counted. */
export function listWords(words: readonly string[], shownMax = 10): string {
  const shown = words.slice(0, shownMax)
  if (words.length > shownMax) return `${shown.join(', ')} and ${words.length - shownMax} more`
  return shown.length < 2 ? shown.join('') : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

export function shortCommit(commit: string): string {
  return commit.slice(0, 8)
}
