import { apiError } from '../api-error.ts'
import { SELECTOR_LENGTH_MAX } from './label-selector-text.ts'

export interface FieldTerm {
  readonly field: string
  readonly operator: '=' | '!='
  readonly value: string
}

/** More terms are refused. */
const FIELD_TERMS_MAX = 100

/** A parsed field selector: `metadata.name=web,status.phase!=Running`. All terms must hold. */
export class FieldMatcher {
  readonly terms: readonly FieldTerm[]

  constructor(terms: readonly FieldTerm[]) {
    this.terms = terms
  }

  get matchesEverything(): boolean {
    return this.terms.length === 0
  }

  /** `read` gives the value of a field of the object; a field it lacks is an empty text. */
  matches(read: (field: string) => string | undefined): boolean {
    return this.terms.every(({ field, operator, value }) => ((read(field) ?? '') === value) === (operator === '='))
  }

  /** The value that `field` must have, when the selector fixes it: lets a reader take an index or a single key. */
  required(field: string): string | undefined {
    return this.terms.find(term => term.field === field && term.operator === '=')?.value
  }
}

/** Every kind can be selected by these. */
const COMMON_FIELDS = ['metadata.name', 'metadata.namespace'] as const

/**
 * Fields in `allowed` and the common ones may be named. In values `\` escapes `,`, `=` and itself. An empty text selects
 * everything. Throws BadRequest (400).
 */
export function parseFieldSelector(text: string, allowed: Iterable<string>): FieldMatcher {
  if (text.length > SELECTOR_LENGTH_MAX) {
    throw apiError('BadRequest', `the field selector has more than ${SELECTOR_LENGTH_MAX} characters`)
  }
  const pieces = splitTerms(text).filter(piece => piece !== '')
  if (pieces.length > FIELD_TERMS_MAX) {
    throw apiError('BadRequest', `the field selector has more than ${FIELD_TERMS_MAX} terms`)
  }
  const fields = new Set<string>([...COMMON_FIELDS, ...allowed])
  return new FieldMatcher(pieces.map(piece => parseTerm(piece, text, fields)))
}

/** At commas that no `\` precedes. */
function splitTerms(text: string): string[] {
  return text.match(/(?:\\[\s\S]|\\$|[^,\\])+/g) ?? []
}

const TERM = /^\s*([^=!\\]+?)\s*(==|!=|=)([\s\S]*)$/

function parseTerm(piece: string, text: string, fields: ReadonlySet<string>): FieldTerm {
  const [, field, operator, escaped = ''] = TERM.exec(piece) ?? []
  if (field === undefined) {
    throw badSelector(text, `${JSON.stringify(piece)} is not of the form field=value or field!=value`)
  }
  if (!fields.has(field)) {
    throw badSelector(text, `field label not supported: ${field} (supported: ${[...fields].join(', ')})`)
  }
  return { field, operator: operator === '!=' ? '!=' : '=', value: unescapeValue(escaped, text) }
}

const ESCAPED = /^(?:[^\\=]|\\[\\,=])*$/s

function unescapeValue(escaped: string, text: string): string {
  if (!ESCAPED.test(escaped)) {
    throw badSelector(text, 'in a value write "\\\\" for "\\", "\\," for "," and "\\=" for "="')
  }
  return escaped.replace(/\\([\\,=])/g, '$1').trim()
}

function badSelector(text: string, why: string): Error {
  const shown = text.length > 200 ? `${text.slice(0, 200)}...` : text
  return apiError('BadRequest', `unable to parse field selector ${JSON.stringify(shown)}: ${why}`)
}
