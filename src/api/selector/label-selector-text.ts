import { apiError } from '../api-error.ts'
import type { Requirement, RequirementOperator } from './requirement.ts'
import { checkRequirement, LabelMatcher, REQUIREMENTS_MAX } from './requirement.ts'

/** Longer selectors are refused. */
export const SELECTOR_LENGTH_MAX = 100_000

/**
 * The text form: `app=web,tier in (front,back),!legacy,size>3`. Whitespace between tokens does not matter; an empty
 * text selects everything. Throws BadRequest (400) that shows the text and the place.
 */
export function parseLabelSelector(text: string): LabelMatcher {
  if (text.length > SELECTOR_LENGTH_MAX) {
    throw apiError('BadRequest', `the label selector has more than ${SELECTOR_LENGTH_MAX} characters`)
  }
  return new LabelMatcher(new SelectorReader(text).requirements())
}

/** Words are everything that is neither a blank nor one of these. */
const TOKEN = /\s*(==|!=|[=!,()<>]|[^\s=!,()<>]+)/y

class SelectorReader {
  readonly #text: string
  #at = 0
  #token = ''

  constructor(text: string) {
    this.#text = text
    this.#next()
  }

  requirements(): Requirement[] {
    const list: Requirement[] = []
    if (this.#token === '') return list
    for (;;) {
      const requirement = this.#requirement()
      checkRequirement(requirement, this.#where())
      list.push(requirement)
      if (list.length > REQUIREMENTS_MAX) this.#fail(`more than ${REQUIREMENTS_MAX} conditions`)
      if (this.#token === '') return list
      if (this.#token !== ',') this.#fail(`found ${this.#show()}, expected ',' or the end`)
      this.#next()
    }
  }

  #requirement(): Requirement {
    if (this.#token === '!') {
      this.#next()
      return { key: this.#word('a label key'), operator: '!exists', values: [] }
    }
    const key = this.#word("a label key or '!'")
    if (this.#token === '' || this.#token === ',') return { key, operator: 'exists', values: [] }
    const operator = OPERATORS.get(this.#token)
    if (operator === undefined) this.#fail(`found ${this.#show()}, expected in, notin, =, ==, !=, > or <`)
    this.#next()
    const values = operator === 'in' || operator === 'notin' ? this.#values() : [this.#value()]
    return { key, operator, values }
  }

  #values(): string[] {
    if (!this.#is('(')) this.#fail(`found ${this.#show()}, expected '('`)
    const values: string[] = []
    do {
      this.#next()
      values.push(this.#value())
    } while (this.#is(','))
    if (!this.#is(')')) this.#fail(`found ${this.#show()}, expected ',' or ')'`)
    this.#next()
    return [...new Set(values)].sort()
  }

  /** A value may be empty: `key=`, `key in (a,)`. */
  #value(): string {
    return this.#token === '' || this.#token === ',' || this.#token === ')' ? '' : this.#word('a value')
  }

  #word(what: string): string {
    const word = this.#token
    if (word === '' || PUNCTUATION.test(word)) this.#fail(`found ${this.#show()}, expected ${what}`)
    this.#next()
    return word
  }

  #next(): void {
    TOKEN.lastIndex = this.#at
    const match = TOKEN.exec(this.#text)
    this.#token = match?.[1] ?? ''
    this.#at = match === null ? this.#text.length : TOKEN.lastIndex
  }

  #is(token: string): boolean {
    return this.#token === token
  }

  #show(): string {
    return this.#token === '' ? 'the end' : `'${this.#token}'`
  }

  #where(): string {
    const shown = this.#text.length > 200 ? `${this.#text.slice(0, 200)}...` : this.#text
    return `unable to parse label selector ${JSON.stringify(shown)}`
  }

  #fail(why: string): never {
    const place = this.#token === '' ? this.#text.length : this.#at - this.#token.length
    throw apiError('BadRequest', `${this.#where()}: ${why} (at character ${place + 1})`)
  }
}

const PUNCTUATION = /^(==|!=|[=!,()<>])$/

const OPERATORS = new Map<string, RequirementOperator>([
  ['=', '='],
  ['==', '='],
  ['!=', '!='],
  ['in', 'in'],
  ['notin', 'notin'],
  ['>', 'gt'],
  ['<', 'lt'],
])

/** The canonical text: parsing it again gives an equal matcher. Undefined for a matcher that matches nothing. */
export function formatLabelSelector(matcher: LabelMatcher): string | undefined {
  return matcher.requirements?.map(formatRequirement).join(',')
}

function formatRequirement({ key, operator, values }: Requirement): string {
  switch (operator) {
    case 'exists':
      return key
    case '!exists':
      return `!${key}`
    case 'in':
    case 'notin':
      return `${key} ${operator} (${values.join(',')})`
    case 'gt':
      return `${key}>${values[0]}`
    case 'lt':
      return `${key}<${values[0]}`
    default:
      return `${key}${operator}${values[0]}`
  }
}
