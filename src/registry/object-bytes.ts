import { canonicalJson } from '../api/canonical-json.ts'
import type { KubeObject } from '../api/object.ts'

/**
 * The one byte form of an object, so that equal objects have equal bytes: UTF-8 of canonical JSON, except that
 * `apiVersion`, `kind` and `metadata` come first, and without resourceVersion (that is the mod revision of its key).
 */
export function objectBytes(object: KubeObject): Uint8Array {
  const { apiVersion, kind, metadata, ...rest } = object
  const { resourceVersion: _, ...stored } = metadata
  const head = `"apiVersion":${canonicalJson(apiVersion)},"kind":${canonicalJson(kind)},"metadata":${canonicalJson(stored)}`
  const members = canonicalJson(rest)
  return Buffer.from(members === '{}' ? `{${head}}` : `{${head},${members.slice(1)}`)
}

/** True when both would be stored as the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
