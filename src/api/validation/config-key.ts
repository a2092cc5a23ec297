const CONFIG_KEY = /^[-._a-zA-Z0-9]+$/
const CONFIG_KEY_LENGTH_MAX = 253

/** Why this may not be a key of a ConfigMap or Secret (it becomes a file name in a volume), or undefined. */
export function whyNoConfigKey(key: string): string | undefined {
  if (key.length > CONFIG_KEY_LENGTH_MAX) return `must be no more than ${CONFIG_KEY_LENGTH_MAX} characters`
  if (!CONFIG_KEY.test(key)) {
    return "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
  }
  if (key === '.' || key === '..') return `must not be '${key}'`
  if (key.startsWith('..')) return "must not start with '..'"
  return undefined
}
