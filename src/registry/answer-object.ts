import type { Kind, KindVersion } from '../api/kind.ts'
import type { KubeObject, ObjectKey } from '../api/object.ts'
import { deepFreeze } from '../lib/deep-freeze.ts'
import { copyJson } from './copy-json.ts'
import type { StoredObject } from './registry.ts'

/**
 * An answer that is not what the store holds under that key: the outcome of a dry run (in storage version, converted
 * on output), or another form made by a subresource (Scale, Status), which is the same in every version.
 */
export function answerObject(
  kind: Kind,
  key: ObjectKey,
  object: KubeObject,
  form: 'storage version' | 'as it is',
): StoredObject {
  const frozen = deepFreeze(object)
  const json = (version: KindVersion) => {
    const converted = form === 'storage version' && version.fromStorage !== undefined
    return Buffer.from(JSON.stringify(converted ? version.fromStorage?.(copyJson(frozen)) : frozen))
  }
  return {
    kind,
    key,
    revision: Number(object.metadata.resourceVersion ?? 0),
    object: () => frozen,
    json,
    jsonParts: version => [json(version)],
  }
}
