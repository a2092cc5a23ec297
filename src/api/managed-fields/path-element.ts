import { isPlainObject } from '../plain-object.ts'
import type { ListSchema } from '../schema.ts'
import type { FieldSet } from './field-set.ts'

/**
 * The path element of an item of a list that is a set or has keys. A key field that is left out has the default of its
 * schema; one without a default is left out.
 */
export function elementOfItem(schema: ListSchema, item: unknown): string {
  if (schema.listType !== 'map' || !isPlainObject(item)) return `v:${JSON.stringify(item) ?? 'null'}`
  let text = ''
  for (const { name, prefix, missing } of keysOf(schema)) {
    const value = Object.hasOwn(item, name) ? item[name] : undefined
    const written = value === undefined || value === null ? missing : JSON.stringify(value)
    if (written !== undefined) text += `${text === '' ? '' : ','}${prefix}${written}`
  }
  return `k:{${text}}`
}

interface KeyField {
  readonly name: string
  /** `"name":` */
  readonly prefix: string
  /** What a missing value is written as. */
  readonly missing: string | undefined
}

const keysBySchema = new WeakMap<ListSchema, readonly KeyField[]>()

/** In the order in which they are written: by name. */
function keysOf(schema: ListSchema): readonly KeyField[] {
  let keys = keysBySchema.get(schema)
  if (keys === undefined) {
    const fields = schema.items.type === 'struct' ? schema.items.fields : undefined
    keys = schema.keys.toSorted().map(name => {
      const missing = fields?.get(name)?.default
      return {
        name,
        prefix: `${JSON.stringify(name)}:`,
        missing: missing === undefined ? undefined : JSON.stringify(missing),
      }
    })
    keysBySchema.set(schema, keys)
  }
  return keys
}

/** `.name`, `[name="web"]`, `[="x"]`, `[0]`: how messages print an element. */
export function printElement(element: string): string {
  const rest = element.slice(2)
  if (element.startsWith('f:')) return `.${rest}`
  if (element.startsWith('v:')) return `[=${rest}]`
  if (element.startsWith('i:')) return `[${rest}]`
  const keys = Object.entries(JSON.parse(rest) as Record<string, unknown>)
  return `[${keys.map(([name, value]) => `${name}=${JSON.stringify(value)}`).join(',')}]`
}

/** Every path in the set, printed: `.spec.replicas`, `.spec.template.spec.containers[name="web"].image`. */
export function pathsOf(set: FieldSet): string[] {
  const paths: string[] = []
  collectPaths(set, '', paths)
  return paths
}

function collectPaths(set: FieldSet, path: string, paths: string[]): void {
  if (set.owned) paths.push(path)
  for (const [element, child] of set.children) collectPaths(child, path + printElement(element), paths)
}
