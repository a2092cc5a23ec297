import { equalJson } from '../../equal-json.ts'
import type { FieldErrors } from '../../field-errors.ts'
import { decodedLength } from '../../validation/base64.ts'
import { whyNoConfigKey } from '../../validation/config-key.ts'
import { utf8Length } from '../../validation/utf8-length.ts'
import type { ConfigMap } from './config-map.ts'

/** Bytes of all values together, as for Secrets (Kubernetes' MaxSecretSize). */
const DATA_BYTES_MAX = 1024 * 1024

export function validateConfigMap(object: ConfigMap, errors: FieldErrors): void {
  const { data = {}, binaryData = {} } = object
  let totalBytes = 0
  for (const [key, value] of Object.entries(data)) {
    const why = whyNoConfigKey(key)
    if (why !== undefined) errors.invalid(`data[${key}]`, key, why)
    if (Object.hasOwn(binaryData, key)) errors.invalid(`data[${key}]`, key, 'duplicate of key present in binaryData')
    totalBytes += utf8Length(value)
  }
  for (const [key, value] of Object.entries(binaryData)) {
    const why = whyNoConfigKey(key)
    if (why !== undefined) errors.invalid(`binaryData[${key}]`, key, why)
    totalBytes += decodedLength(value)
  }
  if (totalBytes > DATA_BYTES_MAX) errors.tooLong('', DATA_BYTES_MAX)
}

export function validateConfigMapUpdate(object: ConfigMap, current: ConfigMap, errors: FieldErrors): void {
  if (current.immutable !== true) return
  if (object.immutable !== true) errors.forbidden('immutable', 'field is immutable when `immutable` is set')
  for (const field of ['data', 'binaryData'] as const) {
    if (!equalJson(object[field] ?? {}, current[field] ?? {})) {
      errors.forbidden(field, 'field is immutable when `immutable` is set')
    }
  }
}
