import test from 'ava'
import fc from 'fast-check'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { Service } from '../../../src/api/kinds/core/service.ts'
import type { EndpointSlicePlan, SliceView } from '../../../src/controllers/endpointslices/plan.ts'
import { ENDPOINTS_PER_SLICE_MAX, planEndpointSlices } from '../../../src/controllers/endpointslices/plan.ts'
import { makePod, type PodShape } from '../objects.ts'

function service(spec: Partial<Service['spec']> = {}): Service {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'web', namespace: 'default', uid: 'uid-service', labels: { team: 'blue' } },
    spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 8080 }], ...spec },
  } as Service
}

function podAt(index: number, shape: Partial<PodShape> = {}): Pod {
  const pod = makePod({ name: `pod-${String(index).padStart(4, '0')}`, node: 'n1', readyForSeconds: 9, ...shape })
  const ip = `10.0.${index >> 8}.${index & 255}`
  pod.status = { ...pod.status, podIP: ip, podIPs: [{ ip }] }
  return pod
}

function plan(pods: readonly Pod[], slices: readonly SliceView[] = [], of = service()): EndpointSlicePlan {
  return planEndpointSlices({ service: of, pods, zoneOfNode: () => undefined }, slices)
}

/** The slices as they stand once a plan is carried out. */
function carryOut(slices: readonly SliceView[], done: EndpointSlicePlan): readonly SliceView[] {
  const kept = slices
    .filter(each => !done.delete.includes(each))
    .map(slice => {
      const update = done.update.find(each => each.slice === slice)
      const metadata = { ...slice.metadata, labels: done.labels }
      return update === undefined ? slice : { ...slice, metadata, endpoints: update.endpoints }
    })
  const created = done.create.map((each, index) => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `web-${slices.length + index}`, labels: done.labels },
    ...each,
  }))
  return [...kept, ...created]
}

test('one endpoint per pod with an address, with what it can take', t => {
  const pods = [
    podAt(1),
    podAt(2, { readyForSeconds: undefined } as never),
    podAt(3, { metadata: { deletionTimestamp: '2023-11-14T22:00:00Z' } }),
    podAt(4, { phase: 'Succeeded' }),
    makePod({ name: 'no-address' }),
  ]
  const { create, labels } = plan(pods)
  t.is(create.length, 1)
  t.deepEqual(create[0]?.ports, [{ name: 'http', port: 8080, protocol: 'TCP' }])
  t.deepEqual(
    create[0]?.endpoints.map(({ addresses, conditions }) => [addresses[0], conditions]),
    [
      ['10.0.0.1', { ready: true, serving: true, terminating: false }],
      ['10.0.0.2', { ready: false, serving: false, terminating: false }],
      ['10.0.0.3', { ready: false, serving: true, terminating: true }],
    ],
  )
  t.deepEqual(labels, {
    team: 'blue',
    'kubernetes.io/service-name': 'web',
    'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
  })
})

test('publishNotReadyAddresses: ready whatever the pod says', t => {
  const { create } = plan(
    [podAt(1, { readyForSeconds: undefined } as never)],
    [],
    service({ publishNotReadyAddresses: true }),
  )
  t.deepEqual(create[0]?.endpoints[0]?.conditions, { ready: true, serving: false, terminating: false })
})

test("a named target port is each pod's own: other numbers, other slices", t => {
  const named = (index: number, containerPort: number) => {
    const pod = podAt(index)
    pod.spec!.containers[0]!.ports = [{ name: 'web', containerPort, protocol: 'TCP' }]
    return pod
  }
  const { create } = plan(
    [named(1, 3000), named(2, 4000), named(3, 3000)],
    [],
    service({ ports: [{ port: 80, targetPort: 'web' }] }),
  )
  t.deepEqual(
    create.map(each => [each.ports[0]?.port, each.endpoints.length]),
    [
      [3000, 2],
      [4000, 1],
    ],
  )
})

test('a service without endpoints has one empty slice, and keeps it', t => {
  const first = plan([])
  t.is(first.create.length, 1)
  t.deepEqual(first.create[0]?.endpoints, [])
  const again = plan([], carryOut([], first))
  t.deepEqual([again.create, again.update, again.delete], [[], [], []])
})

test('one pod more or less changes one slice', t => {
  const pods = Array.from({ length: 250 }, (_, index) => podAt(index))
  const slices = carryOut([], plan(pods))
  t.deepEqual(
    slices.map(each => each.endpoints.length),
    [100, 100, 50],
  )
  const less = plan(pods.slice(1), slices)
  t.deepEqual([less.create.length, less.update.length, less.delete.length], [0, 1, 0])
  const more = plan([...pods, podAt(900)], slices)
  t.deepEqual([more.create.length, more.update.length, more.delete.length], [0, 1, 0])
  const exchanged = plan([...pods.slice(1), podAt(900)], slices)
  t.deepEqual([exchanged.create.length, exchanged.update.length, exchanged.delete.length], [0, 1, 0])
})

test('property: each pod stands in exactly one slice, none is too long, and planning again changes nothing', t => {
  const indexes = fc.uniqueArray(fc.nat(300), { maxLength: 250 })
  fc.assert(
    fc.property(indexes, indexes, (before, after) => {
      const slices = carryOut([], plan(before.map(index => podAt(index))))
      const pods = after.map(index => podAt(index))
      const result = carryOut(slices, plan(pods, slices))
      const uids = result.flatMap(slice => slice.endpoints.map(each => each.targetRef?.uid)).sort()
      t.deepEqual(uids, pods.map(pod => pod.metadata.uid).sort())
      t.true(result.every(slice => slice.endpoints.length <= ENDPOINTS_PER_SLICE_MAX))
      const again = plan(pods, result)
      t.deepEqual([again.create, again.update, again.delete], [[], [], []])
    }),
    { numRuns: 50 },
  )
})
