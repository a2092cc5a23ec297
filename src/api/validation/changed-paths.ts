import { equalJson } from '../equal-json.ts'

const PATHS_MAX = 10

/** Paths of the fields that differ, deepest first met, at most ten: values are not shown, they may be secret. */
export function changedPaths(left: unknown, right: unknown, path: string): string[] {
  const found: string[] = []
  collect(left, right, path, found)
  return found.length > PATHS_MAX ? [...found.slice(0, PATHS_MAX), '...'] : found
}

function collect(left: unknown, right: unknown, path: string, found: string[]): void {
  if (found.length > PATHS_MAX || equalJson(left, right)) return
  if (Array.isArray(left) && Array.isArray(right) && left.length === right.length) {
    for (const [index, item] of left.entries()) collect(item, right[index], `${path}[${index}]`, found)
  } else if (isObject(left) && isObject(right)) {
    for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
      collect(left[key], right[key], `${path}.${key}`, found)
    }
  } else found.push(path)
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
