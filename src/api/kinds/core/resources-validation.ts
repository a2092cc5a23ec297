import type { FieldErrors } from '../../field-errors.ts'
import type { ResourceRequirements } from '../../generated/types.ts'
import { compareQuantities, parseQuantity } from '../../scalars/quantity.ts'
import { whyNoLabelKey } from '../../selector/label-syntax.ts'

const STANDARD = new Set(['cpu', 'memory', 'ephemeral-storage'])
const HUGE_PAGES = /^hugepages-/
const ZERO = parseQuantity('0')

/** What a container asks for and is held to. */
export function validateResources(
  resources: ResourceRequirements | undefined,
  path: string,
  errors: FieldErrors,
): void {
  const { limits = {}, requests = {} } = resources ?? {}
  for (const [field, amounts] of [
    ['limits', limits],
    ['requests', requests],
  ] as const) {
    for (const [name, amount] of Object.entries(amounts)) validateAmount(name, amount, `${path}.${field}`, errors)
  }
  for (const [name, amount] of Object.entries(requests)) {
    const limit = Object.hasOwn(limits, name) ? limits[name] : undefined
    if (limit === undefined) {
      if (isExtended(name)) errors.required(`${path}.limits`, 'Limit must be set for non overcommitable resources')
    } else if (compareQuantities(parseQuantity(amount), parseQuantity(limit)) > 0) {
      errors.invalid(`${path}.requests`, amount, `must be less than or equal to ${name} limit of ${limit}`)
    }
  }
}

function validateAmount(name: string, amount: string, path: string, errors: FieldErrors): void {
  const why = whyNoLabelKey(name)
  if (why !== undefined) errors.invalid(`${path}[${name}]`, name, why)
  else if (!name.includes('/') && !STANDARD.has(name) && !HUGE_PAGES.test(name)) {
    errors.invalid(`${path}[${name}]`, name, 'must be a standard resource for containers')
  }
  if (compareQuantities(parseQuantity(amount), ZERO) < 0) {
    errors.invalid(`${path}[${name}]`, amount, 'must be greater than or equal to 0')
  }
}

function isExtended(name: string): boolean {
  return name.includes('/') && !name.startsWith('kubernetes.io/')
}
