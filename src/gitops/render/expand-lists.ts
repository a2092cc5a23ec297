import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { SourceObject } from '../source/source-application.ts'
import type { SourceProblem } from '../source/source-problem.ts'

const DEPTH_MAX = 3

/** `kind: List` (and `PodList`, ...) stands for its items. */
export function expandLists(object: SourceObject, problems: SourceProblem[], depth = 0): readonly SourceObject[] {
  const kind = getOwn(object.value, 'kind')
  const items = getOwn(object.value, 'items')
  if (typeof kind !== 'string' || !kind.endsWith('List') || items === undefined) return [object]
  const at = { path: object.path, line: object.line }
  if (!Array.isArray(items)) {
    problems.push({
      ...at,
      message: `the items of a ${kind} must be a list`,
      remedy: 'write "items:" and a list of objects',
    })
    return []
  }
  if (depth >= DEPTH_MAX) {
    problems.push({
      ...at,
      message: `lists stand in lists more than ${DEPTH_MAX} deep`,
      remedy: 'write the objects themselves',
    })
    return []
  }
  return items.flatMap((value, index) => {
    const line = object.lineOf(['items', index]) ?? object.line
    if (!isPlainObject(value)) {
      problems.push({ path: object.path, line, message: `item ${index} of a ${kind} is no object` })
      return []
    }
    const lineOf: SourceObject['lineOf'] = field => object.lineOf(['items', index, ...field])
    return expandLists({ path: object.path, value, line, lineOf }, problems, depth + 1)
  })
}
