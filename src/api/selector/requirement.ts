import { apiError } from '../api-error.ts'
import type { DeepReadonly } from '../object.ts'
import { whyNoLabelKey, whyNoLabelValue } from './label-syntax.ts'

/** One condition on labels. All conditions of a selector must hold. */
export interface Requirement {
  readonly key: string
  readonly operator: RequirementOperator
  /** One for `=`, `!=`, `gt`, `lt`; at least one for `in`, `notin`; none for `exists`, `!exists`. */
  readonly values: readonly string[]
}

export type RequirementOperator = '=' | '!=' | 'in' | 'notin' | 'exists' | '!exists' | 'gt' | 'lt'

export type Labels = Readonly<Record<string, string>>

/** Conditions of one selector, of one `in (...)`; more are refused. */
export const REQUIREMENTS_MAX = 1_000
const REQUIREMENT_VALUES_MAX = 10_000

/** A parsed label selector. */
export class LabelMatcher {
  /** Sorted by key; null = matches nothing. */
  readonly requirements: readonly Requirement[] | null

  constructor(requirements: readonly Requirement[] | null) {
    this.requirements = requirements?.toSorted(byKey) ?? null
  }

  /** True when it selects whatever labels there are. */
  get matchesEverything(): boolean {
    return this.requirements !== null && this.requirements.length === 0
  }

  matches(labels: DeepReadonly<Labels> | undefined): boolean {
    if (this.requirements === null) return false
    for (const requirement of this.requirements) if (!holds(requirement, labels)) return false
    return true
  }
}

function byKey(left: Requirement, right: Requirement): number {
  return left.key === right.key ? 0 : left.key < right.key ? -1 : 1
}

function holds({ key, operator, values }: Requirement, labels: Labels | undefined): boolean {
  const has = labels !== undefined && Object.hasOwn(labels, key)
  switch (operator) {
    case '=':
      return has && labels[key] === values[0]
    case '!=':
      return !has || labels[key] !== values[0]
    case 'in':
      return has && values.includes(labels[key]!)
    case 'notin':
      return !has || !values.includes(labels[key]!)
    case 'exists':
      return has
    case '!exists':
      return !has
    case 'gt':
      return has && isInteger(labels[key]!) && BigInt(labels[key]!) > BigInt(values[0]!)
    case 'lt':
      return has && isInteger(labels[key]!) && BigInt(labels[key]!) < BigInt(values[0]!)
  }
}

/** What node affinity and `gt`/`lt` compare: at most 19 digits. */
function isInteger(text: string): boolean {
  return /^-?\d{1,19}$/.test(text)
}

/** Throws BadRequest (400) for a key or value that no label can have; `where` names the selector. */
export function checkRequirement({ key, operator, values }: Requirement, where: string): void {
  const fail = (why: string) => {
    throw apiError('BadRequest', `${where}: ${why}`)
  }
  const wrongKey = whyNoLabelKey(key)
  if (wrongKey !== undefined) fail(`key ${JSON.stringify(key)}: ${wrongKey}`)
  if (values.length > REQUIREMENT_VALUES_MAX) fail(`key ${key} has more than ${REQUIREMENT_VALUES_MAX} values`)
  for (const value of values) {
    const wrongValue = whyNoLabelValue(value)
    if (wrongValue !== undefined) fail(`value ${JSON.stringify(value)} for key ${key}: ${wrongValue}`)
    if ((operator === 'gt' || operator === 'lt') && !isInteger(value)) {
      fail(`value ${JSON.stringify(value)} for key ${key} must be an integer to be compared with > or <`)
    }
  }
}
