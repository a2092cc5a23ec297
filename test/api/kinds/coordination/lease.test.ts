import test from 'ava'
import { Lease } from '../../../../src/api/kinds/coordination/lease.ts'
import { cellsOf, drafted, errorsOf } from '../kind-samples.ts'

const lease = (spec: object) => drafted(Lease, { metadata: { name: 'l', namespace: 'default' }, spec })

test('a lease is made by whoever writes it first, and only on what they saw', t => {
  t.true(Lease.strategy.createOnUpdate)
  t.false(Lease.strategy.unconditionalUpdate)
})

test('times are kept to the microsecond', t => {
  t.is(lease({ renewTime: '2026-11-20T23:00:00.123Z' }).spec?.renewTime, '2026-11-20T23:00:00.123000Z')
})

test('a lease lasts', t => {
  t.deepEqual(errorsOf(Lease, lease({ leaseDurationSeconds: 15, holderIdentity: 'a' })), [])
  t.deepEqual(errorsOf(Lease, lease({ leaseDurationSeconds: 0, leaseTransitions: -1, preferredHolder: 'b' })), [
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
    'spec.preferredHolder: Forbidden: may only be specified when `strategy` is defined',
  ])
  t.is(cellsOf(Lease, lease({ holderIdentity: 'a' }))['Holder'], 'a')
})
