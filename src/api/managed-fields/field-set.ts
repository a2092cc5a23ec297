/**
 * A set of field paths, as a tree. Keys of `children` are path elements as they are written in `managedFields`:
 * `f:name` (a field), `k:{"name":"web"}` (an item of a list with keys), `v:"x"` (an item of a set), `i:0` (a position).
 * Values are immutable and shared. A node that is neither in the set nor has children never occurs below the root.
 */
export interface FieldSet {
  /** The path that leads here is in the set itself. */
  readonly owned: boolean
  readonly children: ReadonlyMap<string, FieldSet>
}

const NO_CHILDREN: ReadonlyMap<string, FieldSet> = new Map()

export const EMPTY_SET: FieldSet = { owned: false, children: NO_CHILDREN }

/** A path of which nothing below is in the set. */
export const LEAF: FieldSet = { owned: true, children: NO_CHILDREN }

export function isEmptySet(set: FieldSet): boolean {
  return !set.owned && set.children.size === 0
}

/** The node for these parts; shared where it can be. */
export function fieldSet(owned: boolean, children: ReadonlyMap<string, FieldSet>): FieldSet {
  return children.size === 0 ? (owned ? LEAF : EMPTY_SET) : { owned, children }
}

export function unionSets(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right || isEmptySet(right)) return left
  if (isEmptySet(left)) return right
  let children: Map<string, FieldSet> | undefined
  for (const [element, child] of right.children) {
    const other = left.children.get(element)
    const merged = other === undefined ? child : unionSets(other, child)
    if (merged === other) continue
    children ??= new Map(left.children)
    children.set(element, merged)
  }
  const owned = left.owned || right.owned
  return children === undefined && owned === left.owned ? left : fieldSet(owned, children ?? left.children)
}

/** What is in `left` and not in `right`. */
export function subtractSets(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right) return EMPTY_SET
  if (isEmptySet(right) || isEmptySet(left)) return left
  let children: Map<string, FieldSet> | undefined
  for (const [element, child] of left.children) {
    const other = right.children.get(element)
    if (other === undefined) continue
    const rest = subtractSets(child, other)
    if (rest === child) continue
    children ??= new Map(left.children)
    if (isEmptySet(rest)) children.delete(element)
    else children.set(element, rest)
  }
  const owned = left.owned && !right.owned
  return children === undefined && owned === left.owned ? left : fieldSet(owned, children ?? left.children)
}

export function intersectSets(left: FieldSet, right: FieldSet): FieldSet {
  if (left === right) return left
  const children = new Map<string, FieldSet>()
  const [small, large] = left.children.size <= right.children.size ? [left, right] : [right, left]
  for (const [element, child] of small.children) {
    const other = large.children.get(element)
    const both = other === undefined ? EMPTY_SET : intersectSets(child, other)
    if (!isEmptySet(both)) children.set(element, both)
  }
  return fieldSet(left.owned && right.owned, children)
}

export function equalSets(left: FieldSet, right: FieldSet): boolean {
  if (left === right) return true
  if (left.owned !== right.owned || left.children.size !== right.children.size) return false
  for (const [element, child] of left.children) {
    const other = right.children.get(element)
    if (other === undefined || !equalSets(child, other)) return false
  }
  return true
}

/** Every path of `inner` is in `outer`. */
export function fieldSetContains(outer: FieldSet, inner: FieldSet): boolean {
  if (outer === inner) return true
  if (inner.owned && !outer.owned) return false
  for (const [element, child] of inner.children) {
    const other = outer.children.get(element)
    if (other === undefined || !fieldSetContains(other, child)) return false
  }
  return true
}

/** The set of paths given by their elements. */
export function fieldSetOf(paths: Iterable<readonly string[]>): FieldSet {
  let set = EMPTY_SET
  for (const path of paths) {
    set = unionSets(
      set,
      path.reduceRight<FieldSet>((child, element) => fieldSet(false, new Map([[element, child]])), LEAF),
    )
  }
  return set
}
