import test from 'ava'
import { EndpointSlice } from '../../../../src/api/kinds/discovery/endpoint-slice.ts'
import { cellsOf, drafted, errorsOf, updateErrorsOf } from '../kind-samples.ts'

const slice = (more: object = {}) =>
  drafted(EndpointSlice, {
    metadata: { name: 's-abc', namespace: 'default' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ports: [{ port: 80 }],
    ...more,
  })

test('ports get their defaults', t => {
  t.deepEqual(slice().ports, [{ port: 80, name: '', protocol: 'TCP' }])
})

test('addresses are of the type the slice says', t => {
  t.deepEqual(errorsOf(EndpointSlice, slice()), [])
  t.deepEqual(errorsOf(EndpointSlice, slice({ addressType: 'IPv6' })), [
    'endpoints[0].addresses[0]: Invalid value: "10.0.0.1": must be an IPv6 address',
  ])
  t.deepEqual(errorsOf(EndpointSlice, slice({ addressType: 'Mail', endpoints: [{}] })), [
    'addressType: Unsupported value: "Mail": supported values: "IPv4", "IPv6", "FQDN"',
    'endpoints[0].addresses: Required value: must contain at least 1 address',
  ])
  t.deepEqual(updateErrorsOf(EndpointSlice, slice({ addressType: 'IPv6' }), slice()), [
    'addressType: Invalid value: "IPv6": field is immutable',
  ])
})

test('a slice is bounded, and its ports have names of their own', t => {
  const endpoints = Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] }))
  t.deepEqual(errorsOf(EndpointSlice, slice({ endpoints })), [
    'endpoints: Too many: 1001: must have at most 1000 items',
  ])
  t.deepEqual(errorsOf(EndpointSlice, slice({ ports: [{ port: 1 }, { port: 2 }] })), [
    'ports[1].name: Duplicate value: ""',
  ])
})

test('a row shows the first few', t => {
  const endpoints = [1, 2, 3, 4].map(number => ({ addresses: [`10.0.0.${number}`] }))
  t.like(cellsOf(EndpointSlice, slice({ endpoints })), {
    AddressType: 'IPv4',
    Ports: '80',
    Endpoints: '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
  })
  t.is(cellsOf(EndpointSlice, slice({ ports: [], endpoints: [] }))['Endpoints'], '<unset>')
})
