/** Rules for names (API conventions "Names", RFC 1123, RFC 1035). Each returns why a name is refused, or undefined. */

const LABEL = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/
const LABEL_1035 = /^[a-z]([-a-z0-9]*[a-z0-9])?$/
const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

export const DNS_LABEL_LENGTH_MAX = 63
export const DNS_SUBDOMAIN_LENGTH_MAX = 253

export function whyNoDnsLabel(name: string): string | undefined {
  if (name.length > DNS_LABEL_LENGTH_MAX) return `must be no more than ${DNS_LABEL_LENGTH_MAX} characters`
  if (LABEL.test(name)) return undefined
  return "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
}

export function whyNoDns1035Label(name: string): string | undefined {
  if (name.length > DNS_LABEL_LENGTH_MAX) return `must be no more than ${DNS_LABEL_LENGTH_MAX} characters`
  if (LABEL_1035.test(name)) return undefined
  return "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')"
}

export function whyNoDnsSubdomain(name: string): string | undefined {
  if (name.length > DNS_SUBDOMAIN_LENGTH_MAX) return `must be no more than ${DNS_SUBDOMAIN_LENGTH_MAX} characters`
  if (SUBDOMAIN.test(name)) return undefined
  return "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
}

/** A name that can stand as one segment of a URL path, as RBAC objects have them. */
export function whyNoPathSegment(name: string): string | undefined {
  if (name === '.' || name === '..') return `may not be ${JSON.stringify(name)}`
  for (const character of ['/', '%'])
    if (name.includes(character)) return `may not contain ${JSON.stringify(character)}`
  return undefined
}
