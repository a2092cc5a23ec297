import { ATOMIC_DEFINITIONS } from './field-rules/atomic-definitions.ts'
import { CORE_FIELD_RULES } from './field-rules/core-field-rules.ts'
import type { DefinitionRules, FieldRule } from './field-rules/field-rule.ts'
import { GROUP_FIELD_RULES } from './field-rules/group-field-rules.ts'
import { definitions } from './generated/definitions.ts'
import type { Json } from './object.ts'
import type { AnySchema, ListSchema, ScalarSchema, Schema, StructSchema } from './schema.ts'
import { zeroOf } from './validation/scalar-value.ts'

const RULES: DefinitionRules = { ...CORE_FIELD_RULES, ...GROUP_FIELD_RULES }

const linked = new Map<string, StructSchema>()

/**
 * The schema of a built-in definition, e.g. `io.k8s.api.core.v1.Pod`: its generated structure with our field rules laid
 * over it. Definitions are parsed when their fields are first read, so a recursive one meets itself; the same name always
 * gives the same value. Throws when there is no such definition.
 */
export function schemaOf(name: string): StructSchema {
  let schema = linked.get(name)
  if (schema === undefined) {
    if (!Object.hasOwn(definitions, name)) throw new Error(`there is no definition ${name}`)
    schema = new BuiltInStruct(name, ATOMIC_DEFINITIONS.has(name), {})
    linked.set(name, schema)
  }
  return schema
}

/** Names of all built-in definitions. */
export function definitionNames(): readonly string[] {
  return Object.keys(definitions)
}

/** Whether it came from the models, with Kubernetes' own meaning of "required". */
export function isBuiltIn(schema: StructSchema): boolean {
  return schema instanceof BuiltInStruct
}

class BuiltInStruct implements StructSchema {
  readonly type = 'struct'
  readonly name: string
  readonly atomic?: boolean
  readonly retainKeys?: boolean
  readonly patchStrategy?: 'replace'
  readonly default?: Json
  #fields: ReadonlyMap<string, Schema> | undefined
  #required: readonly string[] | undefined

  constructor(name: string, atomic: boolean, rule: FieldRule) {
    this.name = name
    if (rule.atomic ?? atomic) this.atomic = true
    if (rule.retainKeys) this.retainKeys = true
    if (rule.patchStrategy === 'replace') this.patchStrategy = 'replace'
    if (rule.default !== undefined) this.default = rule.default
  }

  get fields(): ReadonlyMap<string, Schema> {
    this.#fields ??= this === linked.get(this.name) ? parseFields(this.name) : schemaOf(this.name).fields
    return this.#fields
  }

  get required(): readonly string[] {
    this.#required ??= fieldWords(this.name)
      .filter(word => word.includes('!:'))
      .map(word => word.slice(0, word.indexOf('!:')))
    return this.#required
  }
}

function fieldWords(name: string): string[] {
  const text = definitions[name] ?? ''
  return text === '' ? [] : text.split(' ')
}

function parseFields(definition: string): Map<string, Schema> {
  return new Map(fieldWords(definition).map(word => parseField(definition, word)))
}

/**
 * A word is `name:type`, or `name!:type` when the field is required. A required field that is left out is empty rather
 * than missing, as in Kubernetes' own types: what is typed as always there, is.
 */
function parseField(definition: string, word: string): [string, Schema] {
  const colon = word.indexOf(':')
  const required = word[colon - 1] === '!'
  const name = word.slice(0, required ? colon - 1 : colon)
  const type = word.slice(colon + 1)
  const rule = RULES[definition]?.[name] ?? {}
  // A spec is never missing in Kubernetes' types, only empty.
  if (name === 'spec' && Object.hasOwn(definitions, type)) return [name, parseType(type, { default: {}, ...rule })]
  if (!required || rule.pointer) return [name, parseType(type, rule)]
  const zero = zeroOf(parseType(type, {})) as Json | undefined
  return [name, parseType(type, zero === undefined ? rule : { default: zero, ...rule })]
}

function parseType(type: string, rule: FieldRule): Schema {
  if (type.startsWith('[]')) return listSchema(type.slice(2), rule)
  const base = rule.default === undefined ? {} : { default: rule.default }
  if (type.startsWith('{}')) {
    return { type: 'map', values: parseType(type.slice(2), {}), ...(rule.atomic && { atomic: true }), ...base }
  }
  const scalar = SCALARS[type]
  if (scalar !== undefined) return rule.default === undefined ? scalar : { ...scalar, ...base }
  const struct = schemaOf(type)
  return Object.keys(rule).length === 0 ? struct : new BuiltInStruct(type, struct.atomic ?? false, rule)
}

function listSchema(itemType: string, rule: FieldRule): ListSchema {
  return {
    type: 'list',
    items: parseType(itemType, rule.retainKeys ? { retainKeys: true } : {}),
    listType: rule.listType ?? 'atomic',
    keys: rule.keys ?? [],
    ...(rule.patchStrategy && { patchStrategy: rule.patchStrategy }),
    ...(rule.patchMergeKey !== undefined && { patchMergeKey: rule.patchMergeKey }),
    ...(rule.default !== undefined && { default: rule.default }),
  }
}

const SCALARS: Readonly<Record<string, ScalarSchema | AnySchema>> = {
  string: { type: 'string' },
  boolean: { type: 'boolean' },
  bytes: { type: 'bytes' },
  time: { type: 'time' },
  'micro-time': { type: 'micro-time' },
  quantity: { type: 'quantity' },
  'int-or-string': { type: 'int-or-string' },
  int32: { type: 'integer', format: 'int32' },
  int64: { type: 'integer', format: 'int64' },
  double: { type: 'number', format: 'double' },
  any: { type: 'any' },
  embedded: { type: 'any', embedded: true },
}
