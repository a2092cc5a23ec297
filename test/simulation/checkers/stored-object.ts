import type { KubeObject } from '../../../src/api/object.ts'

const ENVELOPE_HEADER_BYTES = 9

const parsed = new WeakMap<Uint8Array, KubeObject>()

/** The object in a stored value; only of kinds that are not encrypted. Never changed by anybody. */
export function storedObject(value: Uint8Array | undefined): KubeObject | undefined {
  if (value === undefined) return undefined
  const known = parsed.get(value)
  if (known !== undefined) return known
  const text = Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8', ENVELOPE_HEADER_BYTES)
  const object = JSON.parse(text) as KubeObject
  parsed.set(value, object)
  return object
}
