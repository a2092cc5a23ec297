import test from 'ava'
import fc from 'fast-check'
import {
  EMPTY_SET,
  equalSets,
  type FieldSet,
  fieldSetContains,
  fieldSetOf,
  intersectSets,
  isEmptySet,
  subtractSets,
  unionSets,
} from '../../../src/api/managed-fields/field-set.ts'

const path = fc.array(fc.constantFrom('f:a', 'f:b', 'k:{"name":"x"}', 'v:1'), { minLength: 1, maxLength: 3 })
const paths = fc.array(path, { maxLength: 8 })

/** The same set the slow way: texts of paths. */
function textsOf(set: FieldSet, prefix = ''): string[] {
  const own = set.owned ? [prefix] : []
  return [...own, ...[...set.children].flatMap(([element, child]) => textsOf(child, `${prefix}/${element}`))]
}

const asTexts = (list: readonly (readonly string[])[]) => new Set(list.map(each => `/${each.join('/')}`))

function wellFormed(set: FieldSet): boolean {
  return [...set.children.values()].every(child => !isEmptySet(child) && wellFormed(child))
}

test('the algebra is that of sets of paths', t => {
  fc.assert(
    fc.property(paths, paths, (first, second) => {
      const [a, b] = [fieldSetOf(first), fieldSetOf(second)]
      const [x, y] = [asTexts(first), asTexts(second)]
      for (const [set, expected] of [
        [a, x],
        [unionSets(a, b), x.union(y)],
        [subtractSets(a, b), x.difference(y)],
        [intersectSets(a, b), x.intersection(y)],
      ] as const) {
        t.deepEqual(textsOf(set).sort(), [...expected].sort())
        t.true(wellFormed(set))
      }
      t.is(fieldSetContains(a, b), y.isSubsetOf(x))
      t.is(equalSets(a, b), x.symmetricDifference(y).size === 0)
    }),
  )
})

test('what does not change is shared', t => {
  const set = fieldSetOf([['f:a', 'f:b'], ['f:c']])
  t.is(unionSets(set, EMPTY_SET), set)
  t.is(unionSets(EMPTY_SET, set), set)
  t.is(unionSets(set, fieldSetOf([['f:c']])), set)
  t.is(subtractSets(set, fieldSetOf([['f:x']])), set)
  t.true(isEmptySet(subtractSets(set, set)))
})
