/**
 * Items that the patch orders follow one another in that order; the others keep theirs, each before the first ordered item
 * that stood behind it.
 */
export function inOrder(
  merged: readonly unknown[],
  originalKeys: readonly unknown[],
  wanted: readonly unknown[],
  keyOf: (item: unknown) => unknown,
): unknown[] {
  const wantedAt = positionsOf(wanted)
  const originalAt = positionsOf(originalKeys)
  const ordered = merged.filter(item => wantedAt.has(keyOf(item)))
  ordered.sort((left, right) => wantedAt.get(keyOf(left))! - wantedAt.get(keyOf(right))!)
  const others = merged.filter(item => !wantedAt.has(keyOf(item)))
  others.sort((left, right) => (originalAt.get(keyOf(left)) ?? 0) - (originalAt.get(keyOf(right)) ?? 0))

  const result: unknown[] = []
  let next = 0
  for (const item of ordered) {
    const position = originalAt.get(keyOf(item)) ?? -1
    while (next < others.length && (originalAt.get(keyOf(others[next])) ?? 0) < position) {
      result.push(others[next])
      next += 1
    }
    result.push(item)
  }
  return [...result, ...others.slice(next)]
}

function positionsOf(keys: readonly unknown[]): Map<unknown, number> {
  const positions = new Map<unknown, number>()
  for (const [index, key] of keys.entries()) if (!positions.has(key)) positions.set(key, index)
  return positions
}
