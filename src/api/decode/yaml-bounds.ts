import { Lexer } from 'yaml'
import { DecodeError, placeOf } from './decode-error.ts'
import type { DecodeLimits } from './limits.ts'

/** Shorter texts parse fast whatever they hold. */
const CHECKED_LENGTH_MIN = 16 * 1024

/**
 * Refuses what would keep the parser busy for long: its time grows with the square of the nesting. The lexer's does not,
 * and it knows brackets from text that looks like them. Throws DecodeError.
 */
export function checkYamlBounds(text: string, limits: DecodeLimits): void {
  if (text.length < CHECKED_LENGTH_MIN) return
  let documents = 0
  let brackets = 0
  let indicators = 0
  let at = 0
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets += 1
    else if (token === ']' || token === '}') brackets = Math.max(0, brackets - 1)
    else if (token === '-' || token === '?') indicators += 1
    else if (token === '\n' || token === '\r\n') indicators = 0
    else if (token === '---' || token === '...') documents += 1
    if (brackets > limits.depthMax || indicators > limits.depthMax) throw tooDeep(limits, text, at)
    if (documents > 2 * limits.documentsMax + 2) throw tooManyDocuments(limits)
    if (!MARKS.has(token)) at += token.length
  }
}

/** The lexer's own marks, which stand for nothing in the text. */
const MARKS = new Set(['\u0002', '\u0018', '\u001f'])

export function tooDeep(limits: DecodeLimits, text: string, at: number): DecodeError {
  const why = `more than ${limits.depthMax} objects and lists inside one another`
  return new DecodeError(why, placeOf(text, at), 'tooMuch')
}

export function tooManyDocuments(limits: DecodeLimits): DecodeError {
  return new DecodeError(`more than ${limits.documentsMax} documents in one text`, undefined, 'tooMuch')
}
