import test from 'ava'
import fc from 'fast-check'
import { equalJson } from '../../../src/api/equal-json.ts'
import { applyServerSide } from '../../../src/api/managed-fields/apply-server-side.ts'
import { compareFields } from '../../../src/api/managed-fields/compare-fields.ts'
import {
  EMPTY_SET,
  type FieldSet,
  fieldSetContains,
  intersectSets,
  isEmptySet,
  subtractSets,
  unionSets,
} from '../../../src/api/managed-fields/field-set.ts'
import { parseFieldsV1 } from '../../../src/api/managed-fields/fields-v1.ts'
import { ownedFields } from '../../../src/api/managed-fields/owned-fields.ts'
import { trackUpdate } from '../../../src/api/managed-fields/track-update.ts'
import { trackedPart } from '../../../src/api/managed-fields/tracked-part.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { deepFreeze } from '../../../src/lib/deep-freeze.ts'
import { sampleObject } from './sample-objects.ts'
import { sampleSchema as schema } from './sample-schema.ts'

const time = '2026-01-01T00:00:00Z'
const empty: KubeObject = { apiVersion: 'v1', kind: 'Sample', metadata: { name: 'a' } }

function apply(live: KubeObject | undefined, applied: KubeObject, manager: string, at = time) {
  deepFreeze(live)
  deepFreeze(applied)
  const result = applyServerSide({ live, applied, schema, apiVersion: 'v1', manager, force: true, time: at })
  if ('conflicts' in result) throw new Error('forced, and yet a conflict')
  return result
}

function update(before: KubeObject | undefined, after: KubeObject, manager: string): KubeObject {
  deepFreeze(before)
  const entries = trackUpdate({ before, after: deepFreeze(after), schema, apiVersion: 'v1', manager, time })
  return { ...after, metadata: { ...after.metadata, managedFields: entries } }
}

function fieldsOf(object: KubeObject, manager: string): FieldSet {
  const entry = object.metadata.managedFields?.find(each => each.manager === manager)
  return entry === undefined ? EMPTY_SET : parseFieldsV1(entry.fieldsV1)
}

const allOf = (object: KubeObject) =>
  (object.metadata.managedFields ?? []).map(each => parseFieldsV1(each.fieldsV1)).reduce(unionSets, EMPTY_SET)

const leavesOf = (object: KubeObject) => ownedFields(trackedPart(object, 'all'), schema)

test('what is applied is there, and applying it again changes nothing', t => {
  fc.assert(
    fc.property(sampleObject, sampleObject, (first, second) => {
      const live = apply(apply(undefined, first, 'm').object, second, 'n').object
      t.true(fieldSetContains(fieldsOf(live, 'n'), leavesOf(second)))
      const again = apply(live, second, 'n', '2027-01-01T00:00:00Z')
      t.false(again.changed)
      t.is(again.object, live)
    }),
  )
})

test('with applies alone, every field has an owner and nobody owns what is not there', t => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(sampleObject, fc.constantFrom('m', 'n', 'o')), { minLength: 1, maxLength: 6 }),
      steps => {
        let live: KubeObject | undefined
        for (const [applied, manager] of steps) live = apply(live, applied, manager).object
        const leaves = leavesOf(live!)
        const lacking = subtractSets(allOf(live!), leaves)
        // An empty map stays owned when somebody else fills it.
        t.true(onlyContainers(lacking, live!), JSON.stringify([steps, live]))
        t.true(fieldSetContains(unionSets(allOf(live!), leftEmpty(live!)), leaves), JSON.stringify([steps, live]))
      },
    ),
  )
})

/** Paths that are in the object though they are no leaves of it. */
function onlyContainers(set: FieldSet, live: KubeObject): boolean {
  const there = compareFields(undefined, trackedPart(live, 'all'), schema).changed
  return [...set.children].every(([element, child]) => existsIn(there, element, child))
}

function existsIn(there: FieldSet, element: string, child: FieldSet): boolean {
  const found = there.children.get(element)
  return found !== undefined && [...child.children].every(([next, below]) => existsIn(found, next, below))
}

/** Objects and lists that became empty when their fields were removed one by one. */
function leftEmpty(live: KubeObject): FieldSet {
  const leaves = leavesOf(live)
  return emptyOnes(leaves, trackedPart(live, 'all'))
}

function emptyOnes(set: FieldSet, value: unknown): FieldSet {
  const children = new Map<string, FieldSet>()
  for (const [element, child] of set.children) {
    const member = element.startsWith('f:') ? (value as Record<string, unknown>)?.[element.slice(2)] : undefined
    const isEmpty = equalJson(member, {}) || equalJson(member, [])
    const below = emptyOnes(child, member)
    if (isEmpty || !isEmptySet(below)) children.set(element, { owned: isEmpty, children: below.children })
  }
  return { owned: false, children }
}

test('who applies nothing any more leaves what the others apply', t => {
  fc.assert(
    fc.property(sampleObject, sampleObject, (first, second) => {
      const both = apply(apply(undefined, first, 'm').object, second, 'n').object
      const alone = apply(both, empty, 'm').object
      t.deepEqual(fieldsOf(alone, 'm'), EMPTY_SET)
      t.deepEqual(fieldsOf(alone, 'n'), fieldsOf(both, 'n'))
      const merged = apply(alone, second, 'n')
      t.false(merged.changed)
      const nothing = apply(alone, empty, 'n').object
      t.deepEqual(nothing.metadata.managedFields, [])
    }),
  )
})

test('an update owns exactly what it changed, and takes it from everybody else', t => {
  fc.assert(
    fc.property(sampleObject, sampleObject, (first, second) => {
      const live = apply(undefined, first, 'm').object
      const after = update(live, second, 'editor')
      const { changed, removed } = compareFields(trackedPart(live, 'all'), trackedPart(second, 'all'), schema)
      t.deepEqual(sorted(fieldsOf(after, 'editor')), sorted(changed))
      t.true(isEmptySet(intersectSets(fieldsOf(after, 'm'), unionSets(changed, removed))))
      t.deepEqual(update(after, { ...after }, 'reader').metadata.managedFields, after.metadata.managedFields)
    }),
  )
})

function sorted(set: FieldSet): unknown {
  return [
    set.owned,
    [...set.children].sort(([a], [b]) => (a < b ? -1 : 1)).map(([element, child]) => [element, sorted(child)]),
  ]
}
