import { type ApiError, apiError } from '../api-error.ts'
import { equalJson } from '../equal-json.ts'
import type { Json } from '../object.ts'
import { isPlainObject, type PlainObject, setOwn } from '../plain-object.ts'
import { listIndex, parseJsonPointer } from './json-pointer.ts'

/** Operations in one patch; more are refused (413). */
export const JSON_PATCH_OPERATIONS_MAX = 10_000
/** Characters of JSON that the `copy` operations of one patch may make (413). */
export const JSON_PATCH_COPIED_MAX = 3 * 1024 * 1024

/**
 * JSON Patch (RFC 6902): all operations or none. Changes neither input; shares what it did not change. Throws ApiError:
 * BadRequest (400) for what is no patch, Invalid (422) when an operation does not fit the object or a `test` fails,
 * RequestEntityTooLarge (413).
 */
export function applyJsonPatch(current: Json, operations: Json): Json {
  if (!Array.isArray(operations)) throw apiError('BadRequest', 'a JSON patch must be a list of operations')
  if (operations.length > JSON_PATCH_OPERATIONS_MAX) {
    const count = `The allowed maximum operations in a JSON patch is ${JSON_PATCH_OPERATIONS_MAX}, got ${operations.length}`
    throw apiError('RequestEntityTooLarge', count)
  }
  const document = new PatchedDocument(current)
  for (const [index, operation] of operations.entries()) document.apply(parseOperation(operation, index))
  return document.value
}

interface Operation {
  readonly op: string
  readonly path: readonly string[]
  readonly from: readonly string[] | undefined
  readonly value: Json | undefined
  /** For messages: `operation 2 (replace /spec/replicas)`. */
  readonly name: string
}

const OPERATIONS = ['add', 'remove', 'replace', 'move', 'copy', 'test']

function parseOperation(operation: unknown, index: number): Operation {
  const wrong = (why: string) => apiError('BadRequest', `operation ${index} of the JSON patch: ${why}`)
  if (!isPlainObject(operation)) throw wrong('must be an object with op and path')
  const { op, path, from, value } = operation
  if (typeof op !== 'string' || !OPERATIONS.includes(op)) {
    throw wrong(`op ${JSON.stringify(op)} is none of ${OPERATIONS.join(', ')}`)
  }
  const steps = typeof path === 'string' ? parseJsonPointer(path) : undefined
  if (steps === undefined) throw wrong(`path ${JSON.stringify(path)} is no JSON pointer such as "/spec/replicas"`)
  const source = typeof from === 'string' ? parseJsonPointer(from) : undefined
  if ((op === 'move' || op === 'copy') && source === undefined) {
    throw wrong(`from ${JSON.stringify(from)} is no JSON pointer such as "/spec/replicas"`)
  }
  if ((op === 'add' || op === 'replace' || op === 'test') && value === undefined) throw wrong(`${op} needs a value`)
  return { op, path: steps, from: source, value: value as Json, name: `operation ${index} (${op} ${path})` }
}

type Container = PlainObject | unknown[]

class PatchedDocument {
  value: Json
  /** Containers made here, which may be changed in place. Each stands in the document once. */
  readonly #own = new WeakSet<object>()
  #copied = 0

  constructor(value: Json) {
    this.value = value
  }

  apply(operation: Operation): void {
    const { op, path, from, value } = operation
    if (op === 'add') this.#add(operation, path, value!)
    else if (op === 'remove') this.#remove(operation, path)
    else if (op === 'replace') this.#replace(operation, value!)
    else if (op === 'test') this.#test(operation)
    else if (op === 'copy') this.#add(operation, path, this.#clone(operation, this.#get(operation, from!)))
    else this.#move(operation, from!)
  }

  #move(operation: Operation, from: readonly string[]): void {
    const { path } = operation
    if (from.length < path.length && from.every((step, index) => step === path[index])) {
      throw refuse(operation, 'a value cannot be moved into itself')
    }
    const value = this.#get(operation, from)
    if (from.length === path.length && from.every((step, index) => step === path[index])) return
    this.#remove(operation, from)
    this.#add(operation, path, value)
  }

  #test(operation: Operation): void {
    const found = this.#get(operation, operation.path)
    if (!equalJson(found, operation.value)) throw refuse(operation, 'the value there is another one: testing failed')
  }

  #add(operation: Operation, path: readonly string[], value: Json): void {
    if (path.length === 0) {
      this.value = value
      return
    }
    const { container, step } = this.#parentOf(operation, path)
    if (Array.isArray(container)) insertItem(operation, path, container, value)
    else setOwn(container, step, value)
  }

  #remove(operation: Operation, path: readonly string[]): void {
    this.#get(operation, path)
    if (path.length === 0) throw refuse(operation, 'the whole object cannot be removed')
    const { container, step } = this.#parentOf(operation, path)
    if (Array.isArray(container)) container.splice(Number(step), 1)
    else delete container[step]
  }

  #replace(operation: Operation, value: Json): void {
    this.#get(operation, operation.path)
    if (operation.path.length === 0) {
      this.value = value
      return
    }
    const { container, step } = this.#parentOf(operation, operation.path)
    if (Array.isArray(container)) container[Number(step)] = value
    else setOwn(container, step, value)
  }

  #get(operation: Operation, path: readonly string[]): Json {
    let value: unknown = this.value
    for (const [depth, step] of path.entries()) value = memberOf(operation, value, path, depth, step)
    return value as Json
  }

  /** The container that the last step of a path is in, made ours on the way. */
  #parentOf(operation: Operation, path: readonly string[]): { readonly container: Container; readonly step: string } {
    let container = this.#ours(operation, this.value, path, 0)
    this.value = container as Json
    for (const [depth, step] of path.slice(0, -1).entries()) {
      const member = memberOf(operation, container, path, depth, step)
      const inner = this.#ours(operation, member, path, depth + 1)
      if (inner !== member) {
        if (Array.isArray(container)) container[Number(step)] = inner
        else setOwn(container, step, inner)
      }
      container = inner
    }
    return { container, step: path.at(-1)! }
  }

  #ours(operation: Operation, value: unknown, path: readonly string[], depth: number): Container {
    if (typeof value !== 'object' || value === null) throw noContainer(operation, path, depth)
    if (this.#own.has(value)) return value as Container
    const copy: Container = Array.isArray(value) ? [...value] : { ...value }
    this.#own.add(copy)
    return copy
  }

  #clone(operation: Operation, value: Json): Json {
    this.#copied += JSON.stringify(value).length
    if (this.#copied <= JSON_PATCH_COPIED_MAX) return structuredClone(value)
    const why = `the copy operations of the JSON patch make more than ${JSON_PATCH_COPIED_MAX} characters`
    throw apiError('RequestEntityTooLarge', `${why}, at ${operation.name}`)
  }
}

function insertItem(operation: Operation, path: readonly string[], list: unknown[], value: Json): void {
  const index = listIndex(path.at(-1)!, list.length)
  if (index === undefined || index > list.length) throw noItem(operation, path, list)
  list.splice(index, 0, value)
}

function memberOf(operation: Operation, value: unknown, path: readonly string[], depth: number, step: string): unknown {
  if (Array.isArray(value)) {
    const index = listIndex(step, value.length)
    if (index === undefined || index >= value.length) throw noItem(operation, path.slice(0, depth + 1), value)
    return value[index]
  }
  if (!isPlainObject(value)) throw noContainer(operation, path, depth)
  if (!Object.hasOwn(value, step))
    throw refuse(operation, `there is no ${JSON.stringify(step)} in ${show(path, depth)}`)
  return value[step]
}

function noItem(operation: Operation, path: readonly string[], list: readonly unknown[]): ApiError {
  const where = show(path, path.length - 1)
  return refuse(operation, `${JSON.stringify(path.at(-1))} is no item of the list ${where}, which has ${list.length}`)
}

function noContainer(operation: Operation, path: readonly string[], depth: number): ApiError {
  return refuse(operation, `${show(path, depth)} is neither an object nor a list`)
}

function show(path: readonly string[], depth: number): string {
  if (depth === 0) return 'the object'
  const steps = path.slice(0, depth).map(step => step.replaceAll('~', '~0').replaceAll('/', '~1'))
  return `/${steps.join('/')}`
}

function refuse(operation: Operation, why: string): ApiError {
  return apiError('Invalid', `the JSON patch could not be applied: ${operation.name}: ${why}`)
}
