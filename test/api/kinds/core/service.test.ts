import test from 'ava'
import { Service } from '../../../../src/api/kinds/core/service.ts'
import { cellsOf, errorsOf, sampleService, updateErrorsOf } from '../kind-samples.ts'

test('a service gets its defaults', t => {
  t.deepEqual(sampleService().spec, {
    selector: { app: 'web' },
    ports: [{ port: 80, protocol: 'TCP', targetPort: 80 }],
    type: 'ClusterIP',
    sessionAffinity: 'None',
    internalTrafficPolicy: 'Cluster',
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
  })
  t.like(sampleService({ type: 'LoadBalancer', sessionAffinity: 'ClientIP' }).spec, {
    externalTrafficPolicy: 'Cluster',
    allocateLoadBalancerNodePorts: true,
    sessionAffinityConfig: { clientIP: { timeoutSeconds: 10_800 } },
  })
  t.deepEqual(sampleService({ clusterIP: 'None' }).spec.clusterIPs, ['None'])
})

test('a service claims its addresses and node ports', t => {
  const claims = (spec: object) => Service.strategy.claims?.(sampleService(spec))
  t.deepEqual(claims({}), [])
  t.deepEqual(claims({ clusterIP: 'None' }), [])
  t.deepEqual(claims({ clusterIP: '10.96.0.7' }), ['cluster-ip/10.96.0.7'])
  const ports = [
    { name: 'a', port: 53, nodePort: 30053 },
    { name: 'b', port: 53, nodePort: 30053, protocol: 'UDP' },
  ]
  t.deepEqual(claims({ type: 'NodePort', clusterIP: '10.96.0.7', ports }), [
    'cluster-ip/10.96.0.7',
    'node-port/TCP/30053',
    'node-port/UDP/30053',
  ])
  t.deepEqual(claims({ type: 'ExternalName', externalName: 'example.com' }), [])
})

test('wrong services are told why', t => {
  const wrong = (spec: object) => errorsOf(Service, sampleService(spec))
  t.deepEqual(wrong({}), [])
  t.deepEqual(wrong({ ports: [] }), ['spec.ports: Required value'])
  t.deepEqual(wrong({ clusterIP: 'None', ports: [] }), [])
  t.deepEqual(wrong({ ports: [{ port: 80 }, { port: 81 }] }), [
    'spec.ports[0].name: Required value',
    'spec.ports[1].name: Required value',
  ])
  const same = [
    { name: 'a', port: 80 },
    { name: 'a', port: 80 },
  ]
  t.deepEqual(wrong({ ports: same }), [
    'spec.ports[1].name: Duplicate value: "a"',
    'spec.ports[1]: Duplicate value: {"port":80,"protocol":"TCP"}',
  ])
  t.deepEqual(wrong({ clusterIP: '10.0.0.256' }), [
    'spec.clusterIPs[0]: Invalid value: "10.0.0.256": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
  ])
  t.deepEqual(wrong({ ports: [{ port: 80, nodePort: 30000 }] }), [
    "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'",
  ])
  t.deepEqual(wrong({ type: 'ExternalName' }), ['spec.externalName: Required value'])
})

test('an update keeps what the server gave', t => {
  const current = sampleService({ type: 'NodePort', clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30080 }] })
  const draft = sampleService({ type: 'NodePort' })
  Service.strategy.prepareUpdate?.(draft, current, { nowMs: 0, user: 'admin' })
  t.like(draft.spec, { clusterIP: '10.96.0.7', clusterIPs: ['10.96.0.7'] })
  t.is(draft.spec.ports?.[0]?.nodePort, 30080)
  t.deepEqual(updateErrorsOf(Service, draft, current), [])
  const moved = sampleService({ type: 'NodePort', clusterIP: '10.96.0.8' })
  t.deepEqual(updateErrorsOf(Service, moved, current), [
    'spec.clusterIPs[0]: Invalid value: "10.96.0.8": may not change once set',
  ])
})

test('a service that closes its node ports gives them up', t => {
  const current = sampleService({ type: 'NodePort', clusterIP: '10.96.0.7', ports: [{ port: 80, nodePort: 30080 }] })
  const draft = structuredClone(current)
  draft.spec.type = 'ClusterIP'
  Service.strategy.prepareUpdate?.(draft, current, { nowMs: 0, user: 'admin' })
  t.is(draft.spec.ports?.[0]?.nodePort, undefined)
  t.is(draft.spec.externalTrafficPolicy, undefined)
  t.deepEqual(errorsOf(Service, draft), [])
})

test('a row shows addresses and ports', t => {
  const service = sampleService({
    type: 'LoadBalancer',
    clusterIP: '10.96.0.7',
    ports: [
      { name: 'a', port: 80, nodePort: 30080 },
      { name: 'b', port: 53, protocol: 'UDP' },
    ],
  })
  t.like(cellsOf(Service, service), {
    Type: 'LoadBalancer',
    'Cluster-IP': '10.96.0.7',
    'External-IP': '<pending>',
    'Port(s)': '80:30080/TCP,53/UDP',
    Selector: 'app=web',
  })
  service.status = { loadBalancer: { ingress: [{ ip: '192.0.2.1' }, { hostname: 'lb.example' }] } }
  t.is(cellsOf(Service, service)['External-IP'], '192.0.2.1,lb.example')
  t.is(cellsOf(Service, sampleService())['Cluster-IP'], '<none>')
})
