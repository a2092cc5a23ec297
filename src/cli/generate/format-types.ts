import type { Definition, DefinitionField } from './definition.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const OBJECT_META = `${META}.ObjectMeta`

/** Written by hand in `src/api/object.ts`, more exactly than the models have them. */
const HAND_WRITTEN = new Set([OBJECT_META, `${META}.OwnerReference`, `${META}.ManagedFieldsEntry`])

const HEADER = `/* Written by \`npm run generate\` from @kubernetes/client-node (Apache-2.0). Do not edit. */
import type { KubeObject, ManagedFieldsEntry, ObjectMeta, OwnerReference } from '../object.ts'

export type { ManagedFieldsEntry, ObjectMeta, OwnerReference }
`

/** TypeScript interfaces of all definitions in the shapes that JSON has. */
export function formatTypes(definitions: readonly Definition[]): string {
  const typeNames = new Map(definitions.map(({ name, typeName }) => [name, typeName]))
  const written = definitions.filter(({ name }) => !HAND_WRITTEN.has(name))
  return HEADER + written.map(definition => formatInterface(definition, typeNames)).join('')
}

function formatInterface(definition: Definition, typeNames: ReadonlyMap<string, string>): string {
  const whole = isWholeObject(definition)
  const fields = whole ? definition.fields.filter(({ name }) => !isObjectField(name)) : definition.fields
  const members = fields.map(field => `${formatComment(field.description, '  ')}  ${formatMember(field, typeNames)}\n`)
  const heritage = whole ? ' extends KubeObject' : ''
  const comment = formatComment(definition.description, '')
  return `\n${comment}export interface ${definition.typeName}${heritage} {\n${members.join('')}}\n`
}

function isWholeObject({ fields }: Definition): boolean {
  const names = new Set(fields.map(({ name }) => name))
  return names.has('apiVersion') && names.has('kind') && fields.some(({ type }) => type === OBJECT_META)
}

function isObjectField(name: string): boolean {
  return name === 'apiVersion' || name === 'kind' || name === 'metadata'
}

function formatMember(field: DefinitionField, typeNames: ReadonlyMap<string, string>): string {
  const name = /^\w+$/.test(field.name) ? field.name : `'${field.name}'`
  return `${name}${field.required ? '' : '?'}: ${formatType(field.type, typeNames)}`
}

const SCALARS: Readonly<Record<string, string>> = {
  string: 'string',
  bytes: 'string',
  time: 'string',
  'micro-time': 'string',
  quantity: 'string',
  boolean: 'boolean',
  int32: 'number',
  int64: 'number',
  double: 'number',
  'int-or-string': 'number | string',
  any: 'unknown',
  embedded: 'unknown',
}

function formatType(type: string, typeNames: ReadonlyMap<string, string>): string {
  if (type.startsWith('[]')) {
    const item = formatType(type.slice(2), typeNames)
    return item.includes('|') ? `(${item})[]` : `${item}[]`
  }
  if (type.startsWith('{}')) return `Record<string, ${formatType(type.slice(2), typeNames)}>`
  if (type === OBJECT_META) return 'Partial<ObjectMeta>'
  const name = SCALARS[type] ?? typeNames.get(type)
  if (name === undefined) throw new Error(`no type for ${type}`)
  return name
}

function formatComment(text: string, indent: string): string {
  if (text === '') return ''
  return `${indent}/** ${text.replaceAll('*/', '*\\/').replaceAll('\n', ' ')} */\n`
}
