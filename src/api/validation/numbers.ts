import type { FieldErrors } from '../field-errors.ts'

const PORT_MAX = 65_535

export function validateNonNegative(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value < 0) errors.invalid(path, value, 'must be greater than or equal to 0')
}

export function validatePositive(value: number | undefined, path: string, errors: FieldErrors): void {
  if (value !== undefined && value <= 0) errors.invalid(path, value, 'must be greater than 0')
}

/** Both bounds inclusive. */
export function validateRange(value: number, min: number, max: number, path: string, errors: FieldErrors): void {
  if (value < min || value > max) errors.invalid(path, value, `must be between ${min} and ${max}, inclusive`)
}

export function validatePort(port: number, path: string, errors: FieldErrors): void {
  validateRange(port, 1, PORT_MAX, path, errors)
}

const PORT_NAME_LENGTH_MAX = 15
const PORT_NAME = /^[-a-z0-9]+$/

/** Why this is no name of a port (IANA service name, RFC 6335), or undefined. */
export function whyNoPortName(name: string): string | undefined {
  if (name.length > PORT_NAME_LENGTH_MAX) return `must be no more than ${PORT_NAME_LENGTH_MAX} characters`
  if (!PORT_NAME.test(name)) return 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'
  if (!/[a-z]/.test(name)) return 'must contain at least one letter (a-z)'
  if (name.includes('--')) return 'must not contain consecutive hyphens'
  if (name.startsWith('-') || name.endsWith('-')) return 'must not begin or end with a hyphen'
  return undefined
}

/** A port by number, or by the name a container gives it. */
export function validatePortReference(port: number | string, path: string, errors: FieldErrors): void {
  if (typeof port === 'number') {
    validatePort(port, path, errors)
    return
  }
  const why = whyNoPortName(port)
  if (why !== undefined) errors.invalid(path, port, why)
}
