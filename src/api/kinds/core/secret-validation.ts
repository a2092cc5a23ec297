import { equalJson } from '../../equal-json.ts'
import type { FieldErrors } from '../../field-errors.ts'
import { decodedLength } from '../../validation/base64.ts'
import { whyNoConfigKey } from '../../validation/config-key.ts'
import type { Secret } from './secret.ts'

/** Bytes of all values together (Kubernetes' MaxSecretSize). */
const DATA_BYTES_MAX = 1024 * 1024

/** Keys that must be there, by type of secret. */
const REQUIRED_KEYS: ReadonlyMap<string, readonly string[]> = new Map([
  ['kubernetes.io/dockercfg', ['.dockercfg']],
  ['kubernetes.io/dockerconfigjson', ['.dockerconfigjson']],
  ['kubernetes.io/ssh-auth', ['ssh-privatekey']],
  ['kubernetes.io/tls', ['tls.crt', 'tls.key']],
])

export function validateSecret(object: Secret, errors: FieldErrors): void {
  const data = object.data ?? {}
  let totalBytes = 0
  for (const [key, value] of Object.entries(data)) {
    const why = whyNoConfigKey(key)
    if (why !== undefined) errors.invalid(`data[${key}]`, key, why)
    totalBytes += decodedLength(value)
  }
  if (totalBytes > DATA_BYTES_MAX) errors.tooLong('data', DATA_BYTES_MAX)
  validateType(object, data, errors)
}

function validateType(object: Secret, data: Readonly<Record<string, string>>, errors: FieldErrors): void {
  if (object.type === 'kubernetes.io/service-account-token') {
    if (!object.metadata.annotations?.['kubernetes.io/service-account.name']) {
      errors.required('metadata.annotations[kubernetes.io/service-account.name]')
    }
    return
  }
  if (object.type === 'kubernetes.io/basic-auth') {
    if (!Object.hasOwn(data, 'username') && !Object.hasOwn(data, 'password')) {
      errors.required('data[username]')
      errors.required('data[password]')
    }
    return
  }
  for (const key of REQUIRED_KEYS.get(object.type ?? '') ?? []) {
    if (!Object.hasOwn(data, key)) errors.required(`data[${key}]`)
  }
}

export function validateSecretUpdate(object: Secret, current: Secret, errors: FieldErrors): void {
  // The old value is not shown: neither is it secret, nor does it help.
  if (object.type !== current.type) errors.invalid('type', object.type, 'field is immutable')
  if (current.immutable !== true) return
  if (object.immutable !== true) errors.forbidden('immutable', 'field is immutable when `immutable` is set')
  if (!equalJson(object.data ?? {}, current.data ?? {})) {
    errors.forbidden('data', 'field is immutable when `immutable` is set')
  }
}
