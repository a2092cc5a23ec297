import test from 'ava'
import { fieldSetOf } from '../../../src/api/managed-fields/field-set.ts'
import {
  ANCIENT_MANAGER,
  formatManagers,
  managerOf,
  parseManagedFields,
  UPDATE_MANAGERS_MAX,
} from '../../../src/api/managed-fields/managers.ts'

const time = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, '0')}Z`

function manager(name: string, second: number, field: string, more: object = {}) {
  const writer = {
    manager: name,
    operation: 'Update',
    apiVersion: 'v1',
    subresource: undefined,
    time: time(second),
  } as const
  return managerOf({ ...writer, ...more }, fieldSetOf([[`f:${field}`]]))
}

const names = (entries: readonly { readonly manager: string }[]) => entries.map(entry => entry.manager)

test('entries have one order: applies first, then by time and name; nobody without fields', t => {
  const entries = formatManagers([
    manager('b', 2, 'x'),
    manager('a', 2, 'y'),
    manager('c', 1, 'z'),
    manager('d', 9, 'q', { operation: 'Apply' }),
    managerOf(
      { manager: 'e', operation: 'Update', apiVersion: 'v1', subresource: 'status', time: time(1) },
      fieldSetOf([]),
    ),
  ])
  t.deepEqual(names(entries), ['d', 'c', 'a', 'b'])
})

test('more updaters than allowed become one, the oldest first', t => {
  const many = Array.from({ length: UPDATE_MANAGERS_MAX + 3 }, (_, index) => manager(`m${index}`, index, `f${index}`))
  const entries = formatManagers([...many, manager('applier', 0, 'x', { operation: 'Apply' })])
  t.is(entries.length, UPDATE_MANAGERS_MAX + 1)
  const ancient = entries.find(entry => entry.manager === ANCIENT_MANAGER)
  t.deepEqual(ancient, {
    manager: ANCIENT_MANAGER,
    operation: 'Update',
    apiVersion: 'v1',
    time: time(3),
    fieldsType: 'FieldsV1',
    fieldsV1: { 'f:f0': {}, 'f:f1': {}, 'f:f2': {}, 'f:f3': {} },
  })
  const next = formatManagers([...parseManagedFields(entries)!, manager('new', 59, 'new')])
  t.is(next.filter(entry => entry.operation === 'Update').length, UPDATE_MANAGERS_MAX)
  t.deepEqual(Object.keys(next.find(entry => entry.manager === ANCIENT_MANAGER)!.fieldsV1).length, 5)
})

test('fields of different versions are not mixed', t => {
  const many = Array.from({ length: UPDATE_MANAGERS_MAX + 2 }, (_, index) =>
    manager(`m${index}`, index, 'f', { apiVersion: `v${index % 2}` }),
  )
  const ancients = formatManagers(many).filter(entry => entry.manager === ANCIENT_MANAGER)
  t.deepEqual(ancients.map(entry => entry.apiVersion).sort(), ['v0', 'v1'])
})

test('entries that cannot be read', t => {
  t.deepEqual(parseManagedFields(undefined), [])
  const entry = manager('a', 1, 'x').entry
  t.is(parseManagedFields([entry])?.[0]?.entry, entry)
  t.is(parseManagedFields([{ ...entry, fieldsV1: { x: {} } }]), undefined)
  t.is(parseManagedFields([{ ...entry, fieldsType: 'FieldsV2' as never }]), undefined)
})
