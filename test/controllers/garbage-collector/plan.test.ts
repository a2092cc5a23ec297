import test from 'ava'
import type { Kind } from '../../../src/api/kind.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { GraphObject } from '../../../src/controllers/garbage-collector/owner-graph.ts'
import type { CollectionPlan, OwnerState } from '../../../src/controllers/garbage-collector/plan.ts'
import { planCollection } from '../../../src/controllers/garbage-collector/plan.ts'

function object(uid: string, change: Partial<GraphObject> = {}): GraphObject {
  const kind = Pod as unknown as Kind
  return { uid, kind, key: { namespace: 'a', name: uid }, owners: [], isDeleting: false, finalizers: [], ...change }
}

function ownedBy(...uids: readonly string[]): Pick<GraphObject, 'owners'> {
  return {
    owners: uids.map(uid => ({ apiVersion: 'v1', kind: 'Pod', name: uid, uid, blockOwnerDeletion: true })),
  }
}

const foreground = { isDeleting: true, finalizers: ['foregroundDeletion'] }
const deletion = (propagation: 'Background' | 'Foreground' | 'Orphan', unblockOwners = false): CollectionPlan => ({
  type: 'delete',
  propagation,
  unblockOwners,
})

const table: readonly [
  why: string,
  object: GraphObject,
  owners: readonly OwnerState[],
  dependents: readonly GraphObject[],
  plan: CollectionPlan,
][] = [
  ['nobody owns it', object('x'), [], [], { type: 'nothing' }],
  ['its owner is there', object('x', ownedBy('o')), ['present'], [], { type: 'nothing' }],
  ['its owner is gone', object('x', ownedBy('o')), ['absent'], [], deletion('Background')],
  ['unknown is not absent', object('x', ownedBy('o')), ['unknown'], [], { type: 'nothing' }],
  [
    'one gone, one unknown',
    object('x', ownedBy('o', 'p')),
    ['absent', 'unknown'],
    [],
    { type: 'forget-owners', uids: ['o'] },
  ],
  [
    'one gone, one there',
    object('x', ownedBy('o', 'p')),
    ['absent', 'present'],
    [],
    { type: 'forget-owners', uids: ['o'] },
  ],
  [
    'one waiting, one there',
    object('x', ownedBy('o', 'p')),
    ['waiting', 'present'],
    [],
    { type: 'forget-owners', uids: ['o'] },
  ],
  ['its owner waits for it', object('x', ownedBy('o')), ['waiting'], [], deletion('Background')],
  [
    'its owner waits for it and its own',
    object('x', ownedBy('o')),
    ['waiting'],
    [object('y', ownedBy('x'))],
    deletion('Foreground'),
  ],
  [
    'a circle is broken by the one that is asked second',
    object('x', ownedBy('o')),
    ['waiting'],
    [object('o', { ...ownedBy('x'), ...foreground })],
    deletion('Foreground', true),
  ],
  ['it is on its way already', object('x', { ...ownedBy('o'), isDeleting: true }), ['absent'], [], { type: 'nothing' }],
  ['it waits for a dependent', object('x', foreground), [], [object('y', ownedBy('x'))], { type: 'nothing' }],
  ['nothing blocks it', object('x', foreground), [], [object('y', { owners: [] })], { type: 'release' }],
  [
    'it leaves its dependents',
    object('x', { isDeleting: true, finalizers: ['orphan'] }),
    [],
    [],
    { type: 'orphan-dependents' },
  ],
  [
    'it was to leave orphans',
    object('x', { ...ownedBy('o'), finalizers: ['orphan'] }),
    ['absent'],
    [],
    deletion('Orphan'),
  ],
]

for (const [why, subject, owners, dependents, plan] of table) {
  test(why, t => t.deepEqual(planCollection({ object: subject, owners, dependents }), plan))
}
