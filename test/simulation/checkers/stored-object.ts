import type { KubeObject } from '../../../src/api/object.ts'

const ENVELOPE_HEADER_BYTES = 9

/** The object in a stored value; only of kinds that are not encrypted. */
export function storedObject(value: Uint8Array | undefined): KubeObject | undefined {
  if (value === undefined) return undefined
  return JSON.parse(
    Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8', ENVELOPE_HEADER_BYTES),
  )
}
