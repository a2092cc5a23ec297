/** A count, or a share of a total in percent, as rolling updates and disruption budgets have them: `3`, `"25%"`. */
export type IntOrString = number | string

const PERCENT = /^\d{1,9}%$/

/** Why a value is neither a whole number of 32 bits nor a percentage; undefined when it is one. */
export function whyNoIntOrPercent(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Number.isInteger(value) && Math.abs(value) <= 0x7fffffff ? undefined : 'must be a whole number of 32 bits'
  }
  if (typeof value === 'string' && PERCENT.test(value)) return undefined
  return "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%', or '93%')"
}

/** A percentage of `total`, rounded as told; a number stands for itself. Throws RangeError when it is neither. */
export function resolveIntOrPercent(value: IntOrString, total: number, rounding: 'up' | 'down'): number {
  const wrong = whyNoIntOrPercent(value)
  if (wrong !== undefined) throw new RangeError(`${JSON.stringify(value)}: ${wrong}`)
  if (typeof value === 'number') return value
  const share = (Number(value.slice(0, -1)) * total) / 100
  return rounding === 'up' ? Math.ceil(share) : Math.floor(share)
}
