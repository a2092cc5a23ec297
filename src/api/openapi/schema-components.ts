import type { Json } from '../object.ts'
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts'
import { SCALAR_DEFINITIONS, scalarReference } from './scalar-definitions.ts'

export type OpenApiSchema = Record<string, unknown>

/** Definition -> field -> text; the definition's own under `''`. */
export type Descriptions = Readonly<Record<string, Readonly<Record<string, string>>>>

/** Structs without a name stand where they are used, to this depth. */
const INLINE_DEPTH_MAX = 64

/** Collects the named schemas that some roots need, each once, in OpenAPI's form. */
export class SchemaComponents {
  readonly #descriptions: Descriptions
  readonly #schemas = new Map<string, OpenApiSchema>()

  constructor(descriptions: Descriptions) {
    this.#descriptions = descriptions
  }

  /** `components.schemas`, by name. */
  toJSON(): Record<string, OpenApiSchema> {
    return Object.fromEntries([...this.#schemas].sort(([a], [b]) => (a < b ? -1 : 1)))
  }

  /** Adds a schema of which the caller knows the form. */
  define(name: string, schema: OpenApiSchema): void {
    this.#schemas.set(name, schema)
  }

  /** Adds a named struct with all it refers to, and gives its component, to which more may be added. */
  add(name: string, schema: StructSchema): OpenApiSchema {
    const known = this.#schemas.get(name)
    if (known !== undefined) return known
    const component: OpenApiSchema = {}
    this.#schemas.set(name, component)
    return Object.assign(component, this.#struct(schema, name, 0))
  }

  #struct(schema: StructSchema, name: string | undefined, depth: number): OpenApiSchema {
    const texts = (name !== undefined && this.#descriptions[name]) || {}
    const properties: Record<string, OpenApiSchema> = {}
    for (const [field, each] of schema.fields) {
      properties[field] = this.#field(each, texts[field] ?? each.description, depth)
    }
    const description = texts[''] ?? schema.description
    return {
      ...(description && { description }),
      type: 'object',
      ...(schema.required.length > 0 && { required: schema.required }),
      ...(schema.fields.size > 0 && { properties }),
      ...(schema.atomic && name !== undefined && { 'x-kubernetes-map-type': 'atomic' }),
      ...(schema.preserveUnknown && { 'x-kubernetes-preserve-unknown-fields': true }),
      ...(schema.embedded && { 'x-kubernetes-embedded-resource': true }),
    }
  }

  #field(schema: Schema, description: string | undefined, depth: number): OpenApiSchema {
    const described = description ? { description } : {}
    const base = { ...described, ...defaultOf(schema), ...(schema.nullable && { nullable: true }) }
    switch (schema.type) {
      case 'struct':
        return { ...base, ...this.#structField(schema, Object.keys(base).length > 0, depth) }
      case 'map':
        return { ...base, ...this.#map(schema, depth) }
      case 'list':
        return { ...described, ...this.#list(schema, depth) }
      case 'any':
        return { ...base, ...(schema.embedded ? { type: 'object' } : {}), 'x-kubernetes-preserve-unknown-fields': true }
      default:
        return { ...base, ...this.#scalar(schema, Object.keys(base).length > 0) }
    }
  }

  /** A reference may have nothing beside it: with a text or a default it stands in `allOf`. */
  #structField(schema: StructSchema, isDescribed: boolean, depth: number): OpenApiSchema {
    const strategy = [schema.patchStrategy, schema.retainKeys && 'retainKeys'].filter(Boolean).join(',')
    const extensions = {
      ...(strategy !== '' && { 'x-kubernetes-patch-strategy': strategy }),
    }
    if (schema.name === undefined) {
      return depth > INLINE_DEPTH_MAX
        ? { type: 'object' }
        : { ...this.#struct(schema, undefined, depth + 1), ...extensions }
    }
    this.add(schema.name, schema)
    const reference = { $ref: `#/components/schemas/${schema.name}` }
    return isDescribed || strategy !== '' ? { ...extensions, allOf: [reference] } : reference
  }

  #map(schema: MapSchema, depth: number): OpenApiSchema {
    return {
      type: 'object',
      additionalProperties: this.#field(schema.values, schema.values.description, depth),
      ...(schema.atomic && { 'x-kubernetes-map-type': 'atomic' }),
    }
  }

  #list(schema: ListSchema, depth: number): OpenApiSchema {
    const { items, listType, keys, patchStrategy, patchMergeKey } = schema
    const retainKeys = items.type === 'struct' && items.retainKeys
    const strategy = [patchStrategy, retainKeys && 'retainKeys'].filter(Boolean).join(',')
    const plainItems = items.type === 'struct' && items.retainKeys ? withoutRetainKeys(items) : items
    return {
      type: 'array',
      items: this.#field(plainItems, plainItems.description, depth),
      'x-kubernetes-list-type': listType,
      ...(keys.length > 0 && { 'x-kubernetes-list-map-keys': keys }),
      ...(strategy !== '' && { 'x-kubernetes-patch-strategy': strategy }),
      ...(patchMergeKey !== undefined && { 'x-kubernetes-patch-merge-key': patchMergeKey }),
    }
  }

  #scalar(schema: ScalarSchema, isDescribed: boolean): OpenApiSchema {
    const reference = scalarReference(schema.type)
    if (reference !== undefined) {
      this.define(reference, SCALAR_DEFINITIONS[reference] ?? {})
      const target = { $ref: `#/components/schemas/${reference}` }
      return isDescribed ? { allOf: [target] } : target
    }
    if (schema.type === 'bytes') return { type: 'string', format: 'byte' }
    return {
      type: schema.type,
      ...(schema.format !== undefined && { format: schema.format }),
      ...(schema.enum !== undefined && { enum: schema.enum }),
    }
  }
}

/** Where the item's own rule says what already stands on the list. */
function withoutRetainKeys(schema: StructSchema): StructSchema {
  const { name, fields, required, atomic } = schema
  return { type: 'struct', fields, required, ...(name !== undefined && { name }), ...(atomic && { atomic }) }
}

/** An empty list is what a list is anyway. */
function defaultOf(schema: Schema): { readonly default?: Json } {
  return schema.default === undefined || schema.type === 'list' ? {} : { default: schema.default }
}
