import type { Json } from '../object.ts'
import { isPlainObject, type PlainObject, setOwn } from '../plain-object.ts'

/**
 * JSON Merge Patch (RFC 7386): members of the patch replace those of the object, null removes, lists are replaced. Shares
 * what did not change with `current`, which is not touched.
 */
export function applyMergePatch(current: Json, patch: Json): Json {
  if (!isPlainObject(patch)) return patch
  const result: PlainObject = isPlainObject(current) ? { ...current } : {}
  for (const [key, value] of Object.entries(patch) as [string, Json][]) {
    if (value === null) delete result[key]
    else setOwn(result, key, applyMergePatch(Object.hasOwn(result, key) ? (result[key] as Json) : null, value))
  }
  return result as Json
}
