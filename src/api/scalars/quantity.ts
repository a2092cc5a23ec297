/**
 * Resource amounts: `500m`, `1.5Gi`, `1e3` (API reference, "Quantity"). Amounts are exact multiples of a billionth;
 * anything finer is rounded away from zero to the next one, so that asking for a little never means nothing.
 */
export interface Quantity {
  /** The amount in billionths. */
  readonly nano: bigint
  /** How it was written, and so how it is printed. */
  readonly format: QuantityFormat
}

type QuantityFormat = 'BinarySI' | 'DecimalSI' | 'DecimalExponent'

/** The text is no quantity; the message names the text and what one looks like. */
export class QuantityError extends Error {
  override readonly name = 'QuantityError'
}

/** Longer texts are refused; the longest sensible one has 28 characters. */
const QUANTITY_LENGTH_MAX = 64
/** Of a decimal exponent, either way. */
const QUANTITY_EXPONENT_MAX = 63

const NANO_DIGITS = 9
const NANO = 10n ** 9n
/** What binary amounts are capped at: 2^63-1. */
const BINARY_NANO_MAX = (2n ** 63n - 1n) * NANO

const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?\d+)?$/
const BINARY_SUFFIXES = ['', 'Ki', 'Mi', 'Gi', 'Ti', 'Pi', 'Ei']
/** By power of 1000, from -3. */
const DECIMAL_SUFFIXES = ['n', 'u', 'm', '', 'k', 'M', 'G', 'T', 'P', 'E']
const EXPECTED = 'a quantity is a number with an optional suffix, such as "500m", "0.5", "128Mi", "2G" or "1e3"'

/** Text or number to amount. Throws QuantityError. */
export function parseQuantity(input: string | number): Quantity {
  const text = typeof input === 'number' ? String(input) : input.trim()
  if (text.length > QUANTITY_LENGTH_MAX) {
    throw new QuantityError(`a quantity has at most ${QUANTITY_LENGTH_MAX} characters, got ${text.length}`)
  }
  const [match, sign, whole = '', fraction = '', suffix = ''] = SHAPE.exec(text) ?? []
  if (match === undefined || whole + fraction === '') {
    throw new QuantityError(`${JSON.stringify(text)} is not a quantity: ${EXPECTED}`)
  }
  const { nano, format } = scale(BigInt(whole + fraction), fraction.length, suffix)
  return { nano: sign === '-' ? -nano : nano, format }
}

function scale(digits: bigint, fractionDigits: number, suffix: string): Quantity {
  const binary = suffix === '' ? -1 : BINARY_SUFFIXES.indexOf(suffix)
  if (binary < 0) {
    const exponent = decimalExponent(suffix)
    const format = /^[eE]./.test(suffix) ? 'DecimalExponent' : 'DecimalSI'
    return { nano: shift(digits, exponent - fractionDigits + NANO_DIGITS), format }
  }
  const exact = shift(digits << BigInt(10 * binary), NANO_DIGITS - fractionDigits)
  const nano = exact > BINARY_NANO_MAX ? BINARY_NANO_MAX : exact
  return { nano, format: nano > 0n && nano < NANO ? 'DecimalSI' : 'BinarySI' }
}

function decimalExponent(suffix: string): number {
  const place = DECIMAL_SUFFIXES.indexOf(suffix)
  if (place >= 0) return 3 * (place - 3)
  const exponent = Number(suffix.slice(1))
  if (Math.abs(exponent) <= QUANTITY_EXPONENT_MAX) return exponent
  throw new QuantityError(`the exponent of a quantity is at most ${QUANTITY_EXPONENT_MAX}, got "${suffix}"`)
}

/** times 10^places, away from zero where digits are lost. */
function shift(digits: bigint, places: number): bigint {
  return places >= 0 ? digits * 10n ** BigInt(places) : divideUp(digits, 10n ** BigInt(-places))
}

/** Division away from zero. */
function divideUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor
  if (quotient * divisor === dividend) return quotient
  return dividend < 0n ? quotient - 1n : quotient + 1n
}

/** As Kubernetes prints it: the largest suffix that leaves a whole number. */
export function formatQuantity(quantity: Quantity): string {
  const { nano, format } = quantity
  if (nano === 0n) return '0'
  const absolute = nano < 0n ? -nano : nano
  const whole = absolute % NANO === 0n
  const sign = nano < 0n ? '-' : ''
  if (format === 'BinarySI' && whole && absolute >= 1024n * NANO) return sign + formatBinary(absolute / NANO)
  return sign + formatDecimal(absolute, format === 'DecimalExponent')
}

function formatBinary(value: bigint): string {
  let rest = value
  let power = 0
  while (power < BINARY_SUFFIXES.length - 1 && (rest & 1023n) === 0n) {
    rest >>= 10n
    power += 1
  }
  return `${rest}${BINARY_SUFFIXES[power]}`
}

function formatDecimal(nano: bigint, asExponent: boolean): string {
  let rest = nano
  let exponent = -NANO_DIGITS
  while (rest % 1000n === 0n) {
    rest /= 1000n
    exponent += 3
  }
  const suffix = asExponent ? undefined : DECIMAL_SUFFIXES[exponent / 3 + 3]
  return suffix === undefined ? `${rest}${exponent === 0 ? '' : `e${exponent}`}` : `${rest}${suffix}`
}

/** One to three digits without a leading zero print as they stand, whatever follows (`Ei` may reach the cap). */
const CANONICAL = /^[1-9]\d{0,2}(?:n|u|m|k|M|G|T|P|E|Mi|Gi|Ti|Pi)?$/

/** The form in which amounts are stored. Throws QuantityError. */
export function canonicalQuantity(input: string | number): string {
  if (typeof input === 'string' && CANONICAL.test(input)) return input
  return formatQuantity(parseQuantity(input))
}

/** -1, 0 or 1. */
export function compareQuantities(left: Quantity, right: Quantity): number {
  return left.nano === right.nano ? 0 : left.nano < right.nano ? -1 : 1
}

/** In the format of `left`, or of `right` when `left` is zero. */
export function addQuantities(left: Quantity, right: Quantity): Quantity {
  return { nano: left.nano + right.nano, format: left.nano === 0n ? right.format : left.format }
}

/** In the format of `left`, or of `right` when `left` is zero. */
export function subtractQuantities(left: Quantity, right: Quantity): Quantity {
  return { nano: left.nano - right.nano, format: left.nano === 0n ? right.format : left.format }
}

/** Whole units, rounded away from zero. */
export function toValue(quantity: Quantity): bigint {
  return divideUp(quantity.nano, NANO)
}

/** Thousandths, rounded away from zero. */
export function toMilliValue(quantity: Quantity): bigint {
  return divideUp(quantity.nano, NANO / 1000n)
}

/** Whole units as a number (inexact above 2^53), rounded away from zero. Throws QuantityError. */
export function quantityValue(input: string | number): number {
  return Number(toValue(parseQuantity(input)))
}

/** Thousandths as a number (inexact above 2^53), rounded away from zero. Throws QuantityError. */
export function quantityMilliValue(input: string | number): number {
  return Number(toMilliValue(parseQuantity(input)))
}
