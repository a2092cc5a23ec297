import { readFileSync } from 'node:fs'
import type { Definition, DefinitionField } from './definition.ts'
import { DEFINITION_PACKAGES, GROUP_PREFIXES } from './definition-packages.ts'
import { EMBEDDED_FIELDS, QUANTITY_FIELDS } from './scalar-fields.ts'

interface Attribute {
  /** Name of the model's property. */
  readonly name: string
  /** Name in JSON. */
  readonly baseName: string
  readonly type: string
  readonly format: string
}

interface DeclaredMember {
  readonly optional: boolean
  readonly description: string
}

/**
 * Reads the models of client-node: types from their run-time attribute maps, optional marks and texts from their
 * declarations. `directory` is `dist/gen/models`. Ordered by name. Throws when a model's group is not known.
 */
export async function readModels(directory: string): Promise<Definition[]> {
  const models: Record<string, { readonly attributeTypeMap?: readonly Attribute[] }> = await import(
    `${directory}/all.js`
  )
  const names = definitionNames(Object.keys(models).filter(name => models[name]?.attributeTypeMap))
  const definitions = [...names].map(([model, name]) =>
    readDefinition(name, model, models[model]?.attributeTypeMap ?? [], directory, names),
  )
  return definitions.sort((a, b) => (a.name < b.name ? -1 : 1))
}

function readDefinition(
  name: string,
  model: string,
  attributes: readonly Attribute[],
  directory: string,
  names: ReadonlyMap<string, string>,
): Definition {
  const declared = parseDeclaration(readFileSync(`${directory}/${model}.d.ts`, 'utf8'))
  return {
    name,
    typeName: model.replace(/^V1(?=[A-Z])/, ''),
    description: declared.get('')?.description ?? '',
    fields: attributes.map(attribute => readField(name, attribute, declared.get(attribute.name), names)),
  }
}

function readField(
  definition: string,
  attribute: Attribute,
  declared: DeclaredMember | undefined,
  names: ReadonlyMap<string, string>,
): DefinitionField {
  const shortName = definition.slice(definition.lastIndexOf('.') + 1)
  let type = parseType(attribute.type, attribute.format, names)
  if (QUANTITY_FIELDS[shortName]?.includes(attribute.baseName)) type = type.replace(/string$/, 'quantity')
  if (EMBEDDED_FIELDS[shortName]?.includes(attribute.baseName)) type = type.replace(/any$/, 'embedded')
  return {
    name: attribute.baseName,
    type,
    required: declared?.optional === false,
    description: declared?.description ?? '',
  }
}

const SCALARS: Readonly<Record<string, string>> = {
  'string ': 'string',
  'string byte': 'bytes',
  'number int32': 'int32',
  'number int64': 'int64',
  'number double': 'double',
  'boolean ': 'boolean',
  'Date date-time': 'time',
  'V1MicroTime date-time-micro': 'micro-time',
  'IntOrString int-or-string': 'int-or-string',
  'any ': 'any',
}

function parseType(type: string, format: string, names: ReadonlyMap<string, string>): string {
  const list = /^Array<(.*)>$/.exec(type)?.[1]
  if (list !== undefined) return `[]${parseType(list, format, names)}`
  const map = /^\{ \[key: string\]: (.*); \}$/.exec(type)?.[1]
  if (map !== undefined) return `{}${parseType(map, format, names)}`
  const known = SCALARS[`${type} ${format}`] ?? names.get(type)
  if (known === undefined) throw new Error(`the models have a type this generator does not know: ${type} (${format})`)
  return known
}

/** Members of the declared class by property name; the class's own text under `''`. */
function parseDeclaration(source: string): Map<string, DeclaredMember> {
  const members = new Map<string, DeclaredMember>()
  const pattern = /(?:\/\*\*\n((?:\s*\*(?!\/).*\n)*)\s*\*\/\n\s*)?(?:'([^']+)'(\?)?:|export declare class)/g
  for (const [, comment = '', name = '', mark] of source.matchAll(pattern)) {
    members.set(name, { optional: mark === '?', description: parseComment(comment) })
  }
  return members
}

function parseComment(comment: string): string {
  const lines = comment.split('\n').map(line => line.replace(/^\s*\* ?/, ''))
  return lines.join('\n').trim().replace(/\\(.)/g, '$1')
}

/** Model -> definition name: `V1PodSpec` -> `io.k8s.api.core.v1.PodSpec`. */
function definitionNames(models: readonly string[]): Map<string, string> {
  const packages = packagesByVersionedName()
  const names = new Map<string, string>()
  for (const model of models) {
    const name = definitionName(model, packages)
    if (name === undefined) {
      throw new Error(`the group of model ${model} is not known: add it to src/cli/generate/definition-packages.ts`)
    }
    names.set(model, name)
  }
  return names
}

function definitionName(model: string, packages: ReadonlyMap<string, string>): string | undefined {
  if (model === 'VersionInfo') return 'io.k8s.apimachinery.pkg.version.Info'
  const [, prefix, version = '', name = ''] = /^([A-Z][a-z]+)?(V\d+(?:(?:alpha|beta)\d+)?)([A-Z].*)$/.exec(model) ?? []
  if (prefix !== undefined) return `${GROUP_PREFIXES[prefix]}.${version.toLowerCase()}.${name}`
  const found = packages.get(`${version.toLowerCase()}.${name}`)
  return found === undefined ? undefined : `${found}.${name}`
}

function packagesByVersionedName(): Map<string, string> {
  const packages = new Map<string, string>()
  for (const [packageName, names] of Object.entries(DEFINITION_PACKAGES)) {
    const version = packageName.slice(packageName.lastIndexOf('.') + 1)
    for (const name of names.trim().split(/\s+/)) packages.set(`${version}.${name}`, packageName)
  }
  return packages
}
