/**
 * JSON objects as data: a member named `__proto__` or `constructor` is a member like any other. Reading through
 * `getOwn` never sees what JavaScript's own objects inherit; writing through `setOwn` never changes a prototype.
 */
export type PlainObject = { [key: string]: unknown }
export type ReadonlyPlainObject = { readonly [key: string]: unknown }

export function isPlainObject(value: unknown): value is ReadonlyPlainObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

export function getOwn(object: ReadonlyPlainObject, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

export function setOwn(object: PlainObject, key: string, value: unknown): void {
  if (key !== '__proto__') object[key] = value
  else Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true })
}
