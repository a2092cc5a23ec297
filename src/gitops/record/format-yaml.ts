/** A word that YAML and every reader of it takes for text without quotes. */
const PLAIN = /^[A-Za-z/][A-Za-z0-9_./-]*$/
const NOT_TEXT = /^(true|false|null|yes|no|on|off|y|n|nan|inf)$/i

/** JSON data as YAML, two spaces deep per level, members in the order given; undefined members are left out. */
export function formatYaml(value: unknown): string {
  const lines: string[] = []
  addValue(value, '', '', lines)
  return `${lines.join('\n')}\n`
}

function addValue(value: unknown, prefix: string, indent: string, lines: string[]): void {
  if (Array.isArray(value) && value.length > 0) {
    if (prefix !== '') lines.push(prefix.trimEnd())
    for (const item of value) addItem(item, indent, lines)
  } else if (isMembers(value)) {
    if (prefix !== '') lines.push(prefix.trimEnd())
    for (const [key, member] of membersOf(value)) addMember(key, member, indent, lines)
  } else lines.push(`${prefix === '' ? indent : prefix}${scalar(value)}`)
}

function addMember(key: string, member: unknown, indent: string, lines: string[]): void {
  addValue(member, `${indent}${scalar(key)}: `, `${indent}  `, lines)
}

function addItem(item: unknown, indent: string, lines: string[]) {
  if (!isMembers(item)) return addValue(item, `${indent}- `, `${indent}  `, lines)
  const start = lines.length
  for (const [key, member] of membersOf(item)) addMember(key, member, `${indent}  `, lines)
  lines[start] = `${indent}- ${lines[start]!.slice(indent.length + 2)}`
}

function isMembers(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && membersOf(value).length > 0
}

function membersOf(value: object): readonly (readonly [string, unknown])[] {
  return Object.entries(value).filter(([, member]) => member !== undefined)
}

function scalar(value: unknown): string {
  if (typeof value === 'string' && PLAIN.test(value) && !NOT_TEXT.test(value)) return value
  return JSON.stringify(value)
}
