import test from 'ava'
import { Node } from '../../../../src/api/kinds/core/node.ts'
import { cellsOf, drafted, errorsOf, updateErrorsOf } from '../kind-samples.ts'

const node = (more: object = {}) => drafted(Node, { metadata: { name: 'node-1' }, ...more })

test('what a node has, pods may have, unless it says otherwise', t => {
  t.deepEqual(node({ status: { capacity: { cpu: '2' } } }).status?.allocatable, { cpu: '2' })
  t.deepEqual(node({ status: { capacity: { cpu: '2' }, allocatable: { cpu: '1' } } }).status?.allocatable, { cpu: '1' })
})

test('a row says whether it takes pods, and its roles', t => {
  const ready = node({
    status: {
      conditions: [{ type: 'Ready', status: 'True' }],
      addresses: [{ type: 'InternalIP', address: '10.0.0.1' }],
    },
  })
  ready.metadata.labels = { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' }
  t.like(cellsOf(Node, ready), {
    Status: 'Ready',
    Roles: 'control-plane,worker',
    'Internal-IP': '10.0.0.1',
    'External-IP': '<none>',
  })
  ready.spec.unschedulable = true
  t.is(cellsOf(Node, ready)['Status'], 'Ready,SchedulingDisabled')
  t.is(cellsOf(Node, node())['Status'], 'Unknown')
  t.is(cellsOf(Node, node({ status: { conditions: [{ type: 'Ready', status: 'Unknown' }] } }))['Status'], 'NotReady')
})

test('taints have an effect, and each once', t => {
  const taints = [
    { key: 'a', effect: 'NoSchedule' },
    { key: 'a', effect: 'NoSchedule', value: 'x' },
    { key: 'b', effect: 'Maybe' },
  ]
  t.deepEqual(errorsOf(Node, node({ spec: { taints } })), [
    'spec.taints[1]: Duplicate value: "a:NoSchedule"',
    'spec.taints[2].effect: Unsupported value: "Maybe": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
  ])
})

test('addresses of pods, once given, stay', t => {
  const current = node({ spec: { podCIDRs: ['10.244.0.0/24'] } })
  t.deepEqual(updateErrorsOf(Node, node({ spec: { podCIDRs: ['10.244.1.0/24'] } }), current), [
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  ])
  t.deepEqual(updateErrorsOf(Node, current, node()), [])
})
