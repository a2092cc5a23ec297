import { apiError } from '../api-error.ts'
import type { Requirement } from './requirement.ts'
import { checkRequirement, LabelMatcher } from './requirement.ts'

/** The object form, as it stands in Deployments, affinity terms, policies. */
export interface LabelSelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>
  readonly matchExpressions?: readonly {
    readonly key: string
    readonly operator: string
    readonly values?: readonly string[]
  }[]
}

/**
 * No selector (undefined or null) matches nothing; an empty one matches everything. Throws BadRequest (400) for an
 * unknown operator, wrong values, or a key or value that no label can have.
 */
export function labelSelectorMatcher(selector: LabelSelectorObject | undefined | null): LabelMatcher {
  if (selector === undefined || selector === null) return new LabelMatcher(null)
  const requirements: Requirement[] = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({
    key,
    operator: '=',
    values: [value],
  }))
  for (const { key, operator, values } of selector.matchExpressions ?? []) {
    requirements.push({ key, operator: operatorOf(key, operator, values?.length ?? 0), values: values ?? [] })
  }
  for (const requirement of requirements) checkRequirement(requirement, 'invalid label selector')
  return new LabelMatcher(requirements)
}

function operatorOf(key: string, operator: string, valueCount: number): Requirement['operator'] {
  const known = OPERATORS.get(operator)
  if (known === undefined) {
    const names = [...OPERATORS.keys()].join(', ')
    throw apiError(
      'BadRequest',
      `invalid label selector: key ${key}: ${JSON.stringify(operator)} is not an operator: use ${names}`,
    )
  }
  const wantsValues = known === 'in' || known === 'notin'
  if (wantsValues !== valueCount > 0) {
    const why = wantsValues ? 'needs at least one value' : 'takes no values'
    throw apiError('BadRequest', `invalid label selector: key ${key}: operator ${operator} ${why}`)
  }
  return known
}

const OPERATORS = new Map<string, Requirement['operator']>([
  ['In', 'in'],
  ['NotIn', 'notin'],
  ['Exists', 'exists'],
  ['DoesNotExist', '!exists'],
])
