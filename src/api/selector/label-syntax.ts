import { whyNoDnsSubdomain } from '../names.ts'

/** Rules for labels (API reference, "Labels and Selectors"). Each returns why a text is refused, or undefined. */

const LABEL_NAME_LENGTH_MAX = 63
const LABEL_VALUE_LENGTH_MAX = 63

const NAME = /^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/
const RULE =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character"

/** `[prefix/]name`: label keys, annotation keys (in lower case), resource names. */
export function whyNoLabelKey(key: string): string | undefined {
  const slash = key.indexOf('/')
  if (slash >= 0) {
    if (slash === 0) return 'prefix part must be non-empty'
    const wrongPrefix = whyNoDnsSubdomain(key.slice(0, slash))
    if (wrongPrefix !== undefined) return `prefix part ${wrongPrefix}`
  }
  const name = key.slice(slash + 1)
  if (name === '') return 'name part must be non-empty'
  if (name.length > LABEL_NAME_LENGTH_MAX) return `name part must be no more than ${LABEL_NAME_LENGTH_MAX} characters`
  if (!NAME.test(name)) return `name part ${RULE} (e.g. 'MyName', or 'my.name', or '123-abc')`
  return undefined
}

export function whyNoLabelValue(value: string): string | undefined {
  if (value.length > LABEL_VALUE_LENGTH_MAX) return `must be no more than ${LABEL_VALUE_LENGTH_MAX} characters`
  if (value !== '' && !NAME.test(value)) {
    return `a valid label must be an empty string or ${RULE} (e.g. 'MyValue', or 'my_value', or '12345')`
  }
  return undefined
}
