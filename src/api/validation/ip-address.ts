const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/
const IPV6_GROUP = /^[0-9a-fA-F]{1,4}$/
const IPV6_GROUPS = 8

/** Dotted decimal without leading zeros, which some parsers would read as octal. */
export function isIPv4(text: string): boolean {
  return IPV4.test(text)
}

/** RFC 4291 text form, without a zone. */
export function isIPv6(text: string): boolean {
  const halves = text.split('::')
  if (halves.length > 2) return false
  const groups = halves.flatMap(half => (half === '' ? [] : half.split(':')))
  const last = groups.at(-1)
  const embedded = last?.includes('.') === true
  if (embedded && !isIPv4(last ?? '')) return false
  const hexadecimal = embedded ? groups.slice(0, -1) : groups
  const count = hexadecimal.length + (embedded ? 2 : 0)
  if (!hexadecimal.every(group => IPV6_GROUP.test(group))) return false
  return halves.length === 2 ? count < IPV6_GROUPS : count === IPV6_GROUPS
}

export function isIPAddress(text: string): boolean {
  return isIPv4(text) || isIPv6(text)
}

export const WHY_NO_IP_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'
