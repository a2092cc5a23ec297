import test from 'ava'
import { formatResolvConf } from '../../../../agents/node/environment/resolv-conf.ts'

const machine = 'nameserver 192.0.2.53\nsearch example.org\noptions edns0\n'
const both = { cluster: '10.96.0.10', machine }
const pod = (spec: object) => ({ metadata: { namespace: 'shop', name: 'web' }, spec }) as never

test("the cluster's names come first, from the pod's own namespace outwards", t => {
  t.is(
    formatResolvConf(pod({}), both),
    'nameserver 10.96.0.10\nsearch shop.svc.cluster.local svc.cluster.local cluster.local example.org\noptions ndots:5\n',
  )
})

test('on the network of the machine a pod has its names, unless it asks for the others', t => {
  t.is(formatResolvConf(pod({ hostNetwork: true }), both), '')
  t.regex(formatResolvConf(pod({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }), both), /10\.96\.0\.10/)
  t.is(formatResolvConf(pod({ dnsPolicy: 'Default' }), both), machine)
  t.is(formatResolvConf(pod({}), { cluster: undefined, machine }), machine)
})

test('a pod may bring its own', t => {
  const dnsConfig = {
    nameservers: ['192.0.2.1'],
    searches: ['a.example'],
    options: [{ name: 'ndots', value: '2' }, { name: 'rotate' }],
  }
  t.is(
    formatResolvConf(pod({ dnsPolicy: 'None', dnsConfig }), both),
    'nameserver 192.0.2.1\nsearch a.example\noptions ndots:2 rotate\n',
  )
  t.regex(
    formatResolvConf(pod({ dnsConfig }), both),
    /^nameserver 10\.96\.0\.10\nnameserver 192\.0\.2\.1\nsearch shop.*a\.example\noptions ndots:2 rotate\n$/,
  )
})
