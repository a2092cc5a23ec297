/**
 * Freezes a tree of plain JSON values in place and returns it. A part that is frozen already is frozen all the way down.
 * Depth is bounded by the decoder that made it. Written without iterators: every object that is read passes here.
 */
export function deepFreeze<T>(value: T): T {
  if (value !== null && typeof value === 'object' && !Object.isFrozen(value)) freezeTree(value)
  return value
}

function freezeTree(value: object): void {
  if (Array.isArray(value)) {
    for (let at = 0; at < value.length; at++) deepFreeze(value[at])
  } else for (const key in value) deepFreeze((value as Record<string, unknown>)[key])
  Object.freeze(value)
}
