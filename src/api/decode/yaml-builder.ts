import { type Alias, type Document, isAlias, isMap, isScalar, isSeq, type Node, type Pair, type Scalar } from 'yaml'
import type { Json } from '../object.ts'
import { setOwn } from '../plain-object.ts'
import { DecodeError, placeOf } from './decode-error.ts'
import { type FieldPath, formatFieldPath } from './field-path.ts'
import { DUPLICATE_FIELDS_MAX } from './json.ts'
import type { DecodeLimits } from './limits.ts'
import { resolvePlainScalar } from './yaml-scalar.ts'

export interface BuiltYaml {
  readonly value: Json
  readonly duplicateFields: readonly string[]
}

/** What the documents of one text have made so far. */
export interface SpentYaml {
  values: number
  characters: number
}

/** Makes values of a syntax tree whose scalars are all texts. Anchors hold from their place on, within a document. */
export class YamlBuilder {
  readonly #text: string
  readonly #limits: DecodeLimits
  readonly #anchors = new Map<string, Node>()
  /** Nodes being made: an alias to one of them would never end. */
  readonly #open = new Set<Node>()
  readonly #path: (string | number)[] = []
  readonly #duplicates: string[] = []
  readonly #spent: SpentYaml

  constructor(text: string, limits: DecodeLimits, spent: SpentYaml) {
    this.#text = text
    this.#limits = limits
    this.#spent = spent
  }

  build(document: Document): BuiltYaml {
    return { value: this.#value(document.contents), duplicateFields: this.#duplicates }
  }

  #value(node: unknown): Json {
    this.#spend(1, 0)
    if (node === null || node === undefined) return null
    const typed = node as Node
    if (isAlias(typed)) return this.#alias(typed)
    if (typed.anchor) this.#anchors.set(typed.anchor, typed)
    if (isScalar(typed)) return this.#scalar(typed)
    return this.#collection(typed)
  }

  #alias(alias: Alias): Json {
    const target = this.#targetOf(alias)
    return isScalar(target) ? this.#scalar(target) : this.#collection(target)
  }

  #targetOf(alias: Alias): Node {
    const target = this.#anchors.get(alias.source)
    if (target === undefined) this.#fail(alias, UNKNOWN_ALIAS)
    if (this.#open.has(target)) this.#fail(alias, 'this alias stands inside the value that it names')
    return target
  }

  #collection(node: Node): Json {
    if (this.#path.length >= this.#limits.depthMax) {
      this.#tooMuch('objects and lists inside one another', this.#limits.depthMax)
    }
    this.#open.add(node)
    const value = isMap(node) ? this.#map(node) : this.#list(node)
    this.#open.delete(node)
    return value
  }

  #list(node: Node): Json {
    if (!isSeq(node)) return this.#fail(node, 'this is neither a value, a list nor a mapping')
    this.#checkTag(node, 'seq')
    const depth = this.#path.length
    const list = node.items.map((item, index) => {
      this.#path[depth] = index
      return this.#value(item)
    })
    this.#path.length = depth
    return list
  }

  #map(node: Node & { readonly items: readonly Pair[] }): Json {
    this.#checkTag(node, 'map')
    const object: Record<string, Json> = {}
    const merged: Json[] = []
    const depth = this.#path.length
    for (const { key, value } of node.items) {
      if (isMergeKey(key)) {
        merged.push(...this.#mergedMaps(value as Node))
        continue
      }
      const name = this.#key(key as Node)
      this.#path[depth] = name
      if (Object.hasOwn(object, name)) this.#duplicate()
      setOwn(object, name, this.#value(value))
    }
    this.#path.length = depth
    for (const each of merged) this.#addMissing(object, each as Readonly<Record<string, Json>>)
    return object
  }

  #addMissing(object: Record<string, Json>, from: Readonly<Record<string, Json>>): void {
    const members = Object.entries(from)
    this.#spend(members.length, 0)
    for (const [key, value] of members) if (!Object.hasOwn(object, key)) setOwn(object, key, value)
  }

  /** What `<<` names: a mapping or a list of mappings, the first one winning. */
  #mergedMaps(node: Node): readonly Json[] {
    const value = this.#value(node)
    const maps = Array.isArray(value) ? value : [value]
    for (const map of maps) {
      if (typeof map !== 'object' || map === null || Array.isArray(map)) this.#fail(node, '<< merges mappings only')
    }
    return maps
  }

  #key(node: Node | null): string {
    const key = isAlias(node) ? this.#targetOf(node) : node
    if (key?.anchor) this.#anchors.set(key.anchor, key)
    if (!isScalar(key)) return this.#fail(node, "a mapping's key must be a text")
    const value = this.#scalar(key)
    if (typeof value === 'string') return value
    const text = String(key.source ?? '')
    if (value === null) return this.#fail(key, 'a key is missing; write "" or "null" in quotes if you mean that text')
    if (String(value) !== text) this.#fail(key, `the key ${text} is not a text; put it in quotes`)
    return text
  }

  #scalar(node: Scalar): Json {
    const source = String(node.source ?? node.value ?? '')
    this.#spend(0, source.length)
    const tag = tagOf(node)
    if (tag === 'str') return source
    const plain = node.type === 'PLAIN' || node.type === undefined
    if (tag === undefined && !plain) return source
    const resolved = resolvePlainScalar(source)
    if ('refused' in resolved) return this.#fail(node, resolved.refused)
    if (tag !== undefined && !fitsTag(resolved.value, tag)) {
      this.#fail(node, WRONG_TAG)
    }
    return resolved.value
  }

  #checkTag(node: Node, expected: 'map' | 'seq'): void {
    const tag = tagOf(node)
    if (tag !== undefined && tag !== expected) this.#fail(node, WRONG_TAG)
  }

  #duplicate(): void {
    const path = formatFieldPath(this.#path)
    if (this.#duplicates.length < DUPLICATE_FIELDS_MAX && !this.#duplicates.includes(path)) this.#duplicates.push(path)
  }

  /** Aliases make more of a text than stands in it. */
  #spend(values: number, characters: number): void {
    this.#spent.values += values
    this.#spent.characters += characters
    const { valuesMax, bytesMax } = this.#limits
    if (this.#spent.values > valuesMax) this.#tooMuch('values, aliases expanded', valuesMax)
    if (this.#spent.characters > bytesMax) this.#tooMuch('characters, aliases expanded', bytesMax)
  }

  #tooMuch(what: string, limit: number): never {
    throw new DecodeError(`more than ${limit} ${what}`, undefined, 'tooMuch')
  }

  #fail(node: Node | null, why: string): never {
    const range = node?.range
    const where = this.#path.length === 0 ? '' : `${formatFieldPath(this.#path)}: `
    throw new DecodeError(where + why, range ? placeOf(this.#text, range[0]) : undefined)
  }
}

// What was written is never quoted: an unquoted password may begin with * or !.
const UNKNOWN_ALIAS =
  'this alias (*) names an anchor that is not defined before it; put it in quotes if you mean a text'
const WRONG_TAG = 'this tag (!) does not fit the value or is not supported; put it in quotes if you mean a text'

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === '<<' && key.type === 'PLAIN' && key.tag === undefined
}

const CORE_TAG = 'tag:yaml.org,2002:'

/** `str`, `int`, ...; `!` is a text; another tag comes back whole. */
function tagOf(node: Node): string | undefined {
  const tag = (node as { readonly tag?: string }).tag
  if (tag === undefined) return undefined
  if (tag === '!') return 'str'
  return tag.startsWith(CORE_TAG) ? tag.slice(CORE_TAG.length) : tag
}

function fitsTag(value: Json, tag: string): boolean {
  if (tag === 'int') return Number.isInteger(value)
  if (tag === 'float') return typeof value === 'number'
  if (tag === 'bool') return typeof value === 'boolean'
  return tag === 'null' && value === null
}

/** Line of the value at `path`, or of its nearest parent there is. */
export function lineOfPath(text: string, document: Document | undefined, path: FieldPath): number {
  let node: unknown = document?.contents
  let offset = rangeStart(node) ?? 0
  for (const step of path) {
    const child = childOf(node, step)
    if (child === undefined) break
    node = child.value
    offset = child.offset ?? offset
  }
  return placeOf(text, offset).line
}

function childOf(node: unknown, step: string | number) {
  if (isSeq(node) && typeof step === 'number') {
    const value = node.items[step]
    return value === undefined ? undefined : { value, offset: rangeStart(value) }
  }
  if (!isMap(node)) return undefined
  const pair = node.items.findLast(({ key }) => isScalar(key) && String(key.source ?? key.value) === step)
  return pair && { value: pair.value, offset: rangeStart(pair.key) }
}

function rangeStart(node: unknown): number | undefined {
  return (node as Node | null | undefined)?.range?.[0]
}
