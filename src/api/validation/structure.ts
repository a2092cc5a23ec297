import type { StatusCause } from '../api-error.ts'
import { FieldErrors } from '../field-errors.ts'
import type { PlainObject } from '../plain-object.ts'
import { isPlainObject, setOwn } from '../plain-object.ts'
import type { ListSchema, MapSchema, ScalarSchema, Schema, StructSchema } from '../schema.ts'
import { checkScalar, ScalarError, typeName, zeroOf } from './scalar-value.ts'

/** Unknown fields that are named; there may be more. */
export const UNKNOWN_FIELDS_MAX = 100

/** Deeper values are refused; the decoder refuses them before. */
const DEPTH_MAX = 500

export interface PrunedObject {
  /** New: nothing in it is shared with the input. */
  readonly value: PlainObject
  /** Paths of what the schema does not know, and what was therefore dropped. */
  readonly unknownFields: readonly string[]
  /** Values of a wrong type, each with its path. Values themselves are never shown: they may be secret. */
  readonly errors: readonly StatusCause[]
}

/**
 * Brings a decoded value into the shape of its schema: unknown fields dropped, scalars checked and made canonical
 * (quantities, times, base64), nulls dropped as Kubernetes' own decoders drop them. Doing it twice changes nothing.
 */
export function pruneAndCheck(value: unknown, schema: StructSchema): PrunedObject {
  const walk = new Walk()
  const pruned = walk.value(value, schema, undefined, 0)
  return {
    value: isPlainObject(pruned) ? (pruned as PlainObject) : {},
    unknownFields: walk.unknownFields,
    errors: walk.errors.list,
  }
}

/** Where the walk is: turned into text only when there is something to say. */
interface Place {
  readonly parent: Place | undefined
  readonly step: string
}

class Walk {
  readonly unknownFields: string[] = []
  readonly errors = new FieldErrors()

  value(value: unknown, schema: Schema, place: Place | undefined, depth: number): unknown {
    if (depth > DEPTH_MAX) return this.#refuse(place, `must not be nested deeper than ${DEPTH_MAX} levels`)
    switch (schema.type) {
      case 'struct':
        return isPlainObject(value)
          ? this.#struct(value, schema, place, depth)
          : this.#refuse(place, `must be an object, not ${typeName(value)}`)
      case 'map':
        return isPlainObject(value)
          ? this.#map(value, schema, place, depth)
          : this.#refuse(place, `must be an object, not ${typeName(value)}`)
      case 'list':
        return Array.isArray(value)
          ? this.#list(value, schema, place, depth)
          : this.#refuse(place, `must be a list, not ${typeName(value)}`)
      case 'any':
        return copyJson(value)
      default:
        return this.#scalar(value, schema, place)
    }
  }

  #struct(value: PlainObject, schema: StructSchema, place: Place | undefined, depth: number): PlainObject {
    const result: PlainObject = {}
    for (const key of Object.keys(value)) {
      const field = schema.fields.get(key)
      const member = value[key]
      if (field !== undefined) this.#member(result, key, member, field, { parent: place, step: `.${key}` }, depth)
      else if (schema.preserveUnknown || (schema.embedded && OBJECT_FIELDS.has(key)))
        setOwn(result, key, copyJson(member))
      else this.#unknown({ parent: place, step: `.${key}` })
    }
    return result
  }

  #member(result: PlainObject, key: string, value: unknown, field: Schema, place: Place, depth: number): void {
    if (value === undefined || (value === null && field.type !== 'any' && !field.nullable)) return
    const member = value === null ? null : this.value(value, field, place, depth + 1)
    if (member !== undefined) setOwn(result, key, member)
  }

  #map(value: PlainObject, schema: MapSchema, place: Place | undefined, depth: number): PlainObject {
    const result: PlainObject = {}
    for (const key of Object.keys(value)) {
      if (value[key] === undefined) continue
      const member = this.#element(value[key], schema.values, { parent: place, step: `[${key}]` }, depth)
      if (member !== undefined) setOwn(result, key, member)
    }
    return result
  }

  #list(value: readonly unknown[], schema: ListSchema, place: Place | undefined, depth: number): unknown[] {
    const result: unknown[] = []
    for (const [index, item] of value.entries()) {
      const kept = this.#element(item, schema.items, { parent: place, step: `[${index}]` }, depth)
      if (kept !== undefined) result.push(kept)
    }
    return result
  }

  /** A null in a list or map stands for the empty value of its type. */
  #element(value: unknown, schema: Schema, place: Place, depth: number): unknown {
    if (value === null && schema.type !== 'any' && !schema.nullable) return zeroOf(schema)
    return value === null ? null : this.value(value, schema, place, depth + 1)
  }

  #scalar(value: unknown, schema: ScalarSchema, place: Place | undefined): unknown {
    const checked = checkScalar(value, schema)
    if (checked instanceof ScalarError) return this.#refuse(place, checked.why)
    if (schema.enum !== undefined && typeof checked === 'string' && !schema.enum.includes(checked)) {
      this.errors.notSupported(formatPlace(place), checked, schema.enum)
      return undefined
    }
    return checked
  }

  #unknown(place: Place): void {
    if (this.unknownFields.length < UNKNOWN_FIELDS_MAX) this.unknownFields.push(formatPlace(place))
  }

  #refuse(place: Place | undefined, why: string): undefined {
    this.errors.add('FieldValueTypeInvalid', formatPlace(place), `Invalid value: ${why}`)
  }
}

/** What an embedded object always has. */
const OBJECT_FIELDS: ReadonlySet<string> = new Set(['apiVersion', 'kind', 'metadata'])

function formatPlace(place: Place | undefined): string {
  const steps: string[] = []
  for (let at = place; at !== undefined; at = at.parent) steps.push(at.step)
  return steps.reverse().join('').replace(/^\./, '')
}

function copyJson(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? structuredClone(value) : value
}
