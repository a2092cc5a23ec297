import { isBuiltIn } from '../built-in-schema.ts'
import type { FieldErrors } from '../field-errors.ts'
import { getOwn, isPlainObject } from '../plain-object.ts'
import type { Schema } from '../schema.ts'

const DEPTH_MAX = 128

/**
 * Reports required fields that are missing after defaults. Built-in definitions are not looked into: in them a required
 * field that was left out is empty, and their kinds' validation says so in Kubernetes' words.
 */
export function validateRequiredFields(value: unknown, schema: Schema, path: string, errors: FieldErrors): void {
  check(value, schema, path, errors, 0)
}

function check(value: unknown, schema: Schema, path: string, errors: FieldErrors, depth: number): void {
  if (depth > DEPTH_MAX) return
  if (schema.type === 'list' && Array.isArray(value)) {
    for (const [index, item] of value.entries()) check(item, schema.items, `${path}[${index}]`, errors, depth + 1)
  } else if (schema.type === 'map' && isPlainObject(value)) {
    for (const key of Object.keys(value)) check(getOwn(value, key), schema.values, `${path}[${key}]`, errors, depth + 1)
  } else if (schema.type === 'struct' && isPlainObject(value) && !isBuiltIn(schema)) {
    const prefix = path === '' ? '' : `${path}.`
    for (const name of schema.required) {
      if (getOwn(value, name) === undefined) errors.required(`${prefix}${name}`)
    }
    for (const [name, field] of schema.fields) check(getOwn(value, name), field, `${prefix}${name}`, errors, depth + 1)
  }
}
