import { equalJson } from '../../api/equal-json.ts'
import { isPlainObject } from '../../api/plain-object.ts'

/** One field that differs; `old` or `new` is undefined where it is not there. */
export interface FieldChange {
  /** `spec.template.spec.containers[web].image`. */
  readonly path: string
  readonly old?: unknown
  readonly new?: unknown
}

const CHANGES_MAX = 500
const DEPTH_MAX = 60
/** Set by the server alone; never part of a plan. */
const SERVER_METADATA: ReadonlySet<string> = new Set([
  'managedFields',
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'selfLink',
])
/** What items of a list are found by, the first that every item has with distinct values. */
const ITEM_KEYS = ['name', 'containerPort', 'port', 'mountPath', 'key', 'type', 'ip'] as const

/** How `after` differs from `before`, field by field in path order, without status and what only the server sets. */
export function diffObjects(before: unknown, after: unknown): readonly FieldChange[] {
  const changes: FieldChange[] = []
  diffMembers(managedPart(before), managedPart(after), '', changes, 0)
  return changes
}

function managedPart(object: unknown): Readonly<Record<string, unknown>> {
  if (!isPlainObject(object)) return {}
  const { status: _, metadata, ...rest } = object
  const kept = Object.entries(isPlainObject(metadata) ? metadata : {}).filter(([key]) => !SERVER_METADATA.has(key))
  return { ...rest, metadata: Object.fromEntries(kept) }
}

function diffMembers(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
  path: string,
  changes: FieldChange[],
  depth: number,
): void {
  for (const key of [...new Set([...Object.keys(before), ...Object.keys(after)])].sort()) {
    const inner = /^[A-Za-z_$][\w$-]*$/.test(key)
      ? path === ''
        ? key
        : `${path}.${key}`
      : `${path}[${JSON.stringify(key)}]`
    diffValues(ownOf(before, key), ownOf(after, key), inner, changes, depth + 1)
  }
}

function ownOf(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

function diffValues(before: unknown, after: unknown, path: string, changes: FieldChange[], depth: number): void {
  if (changes.length >= CHANGES_MAX || equalJson(before, after)) return
  if (depth < DEPTH_MAX && isPlainObject(before) && isPlainObject(after)) {
    diffMembers(before, after, path, changes, depth)
    return
  }
  if (depth < DEPTH_MAX && Array.isArray(before) && Array.isArray(after)) {
    if (diffLists(before, after, path, changes, depth)) return
  }
  changes.push({ path, ...(before !== undefined && { old: before }), ...(after !== undefined && { new: after }) })
}

/** False when items cannot be told apart: the list is one value then. */
function diffLists(
  before: readonly unknown[],
  after: readonly unknown[],
  path: string,
  changes: FieldChange[],
  depth: number,
): boolean {
  const key = ITEM_KEYS.find(each => hasDistinct(before, each) && hasDistinct(after, each))
  if (key === undefined) return false
  const [old, now] = [indexBy(before, key), indexBy(after, key)]
  const order = changes.length
  for (const id of new Set([...old.keys(), ...now.keys()])) {
    diffValues(old.get(id), now.get(id), `${path}[${id}]`, changes, depth + 1)
  }
  // The same items in another order are still a difference.
  if (changes.length === order) changes.push({ path, old: [...old.keys()], new: [...now.keys()] })
  return true
}

function hasDistinct(list: readonly unknown[], key: string): boolean {
  const seen = new Set<unknown>()
  for (const item of list) {
    const id = isPlainObject(item) ? ownOf(item, key) : undefined
    if ((typeof id !== 'string' && typeof id !== 'number') || seen.has(id)) return false
    seen.add(id)
  }
  return true
}

function indexBy(list: readonly unknown[], key: string): ReadonlyMap<string, unknown> {
  return new Map(list.map(item => [String((item as Record<string, unknown>)[key]), item]))
}
