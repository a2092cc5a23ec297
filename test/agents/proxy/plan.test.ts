import test from 'ava'
import { planListeners } from '../../../agents/proxy/plan.ts'
import type { Service } from '../../../src/api/kinds/core/service.ts'
import type { EndpointSlice } from '../../../src/api/kinds/discovery/endpoint-slice.ts'

const service = (spec: Service['spec']): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { namespace: 'shop', name: 'web' },
  spec,
})

const slice = (endpoints: EndpointSlice['endpoints'], port = 8080): EndpointSlice => ({
  apiVersion: 'discovery.k8s.io/v1',
  kind: 'EndpointSlice',
  metadata: { namespace: 'shop', name: 'web-abc', labels: { 'kubernetes.io/service-name': 'web' } },
  addressType: 'IPv4',
  endpoints,
  ports: [{ name: 'http', port, protocol: 'TCP' }],
})

const ports = [{ name: 'http', port: 80, protocol: 'TCP' }]

test('a cluster address leads to the ready endpoints of its named port', t => {
  const [listener, ...others] = planListeners({
    services: [service({ clusterIP: '10.96.0.7', ports })],
    slices: [
      slice([
        { addresses: ['10.244.0.9'], conditions: { ready: true } },
        { addresses: ['10.244.0.3'], conditions: { ready: true } },
        { addresses: ['10.244.0.4'], conditions: { ready: false } },
      ]),
    ],
    nodePortAddresses: [],
  })
  t.deepEqual(others, [])
  t.is(listener?.id, 'tcp/10.96.0.7:80')
  t.deepEqual(
    listener?.endpoints.map(each => each.address),
    ['10.244.0.3', '10.244.0.9'],
  )
})

test('with none ready, those that still serve while they terminate are used', t => {
  const endpoints = [
    { addresses: ['10.244.0.3'], conditions: { ready: false, serving: true, terminating: true } },
    { addresses: ['10.244.0.4'], conditions: { ready: false, serving: false, terminating: true } },
  ]
  const [listener] = planListeners({
    services: [service({ clusterIP: '10.96.0.7', ports })],
    slices: [slice(endpoints)],
    nodePortAddresses: [],
  })
  t.deepEqual(
    listener?.endpoints.map(each => each.address),
    ['10.244.0.3'],
  )
})

test('headless services have no listener, node ports one on each address', t => {
  t.deepEqual(
    planListeners({ services: [service({ clusterIP: 'None', ports })], slices: [], nodePortAddresses: [] }),
    [],
  )
  const listeners = planListeners({
    services: [service({ clusterIP: '10.96.0.7', ports: [{ ...ports[0]!, nodePort: 30080 }] })],
    slices: [],
    nodePortAddresses: ['127.0.0.1', '10.0.0.5'],
  })
  t.deepEqual(
    listeners.map(each => each.id),
    ['tcp/10.96.0.7:80', 'tcp/127.0.0.1:30080', 'tcp/10.0.0.5:30080'],
  )
})

test('the same services and slices in any order are the same plan', t => {
  const a = slice([{ addresses: ['10.244.0.3'], conditions: { ready: true } }])
  const b = {
    ...slice([{ addresses: ['10.244.0.1'], conditions: { ready: true } }]),
    metadata: { ...a.metadata, name: 'web-xyz' },
  }
  const plan = (slices: EndpointSlice[]) =>
    planListeners({ services: [service({ clusterIP: '10.96.0.7', ports })], slices, nodePortAddresses: [] })
  t.deepEqual(plan([a, b]), plan([b, a]))
})
