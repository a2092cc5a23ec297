import test from 'ava'
import { decode, encode, type Packet } from 'dns-packet'
import { answerFrom } from '../../../../agents/proxy/dns/answer.ts'
import { buildZone } from '../../../../agents/proxy/dns/zone.ts'

const service = (name: string, spec: object) =>
  ({ apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'shop', name }, spec }) as never
const endpoint = (address: string, ready: boolean, hostname?: string) => ({
  addresses: [address],
  conditions: { ready },
  ...(hostname !== undefined && { hostname }),
})
const slice = (name: string, endpoints: object[], ports: object[] = []) =>
  ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { namespace: 'shop', name: `${name}-1`, labels: { 'kubernetes.io/service-name': name } },
    addressType: 'IPv4',
    endpoints,
    ports,
  }) as never

const zone = buildZone(
  [
    service('web', { clusterIP: '10.96.0.7', ports: [{ name: 'http', port: 80 }] }),
    service('db', { clusterIP: 'None', ports: [{ name: 'sql', port: 5432 }] }),
    service('all', { clusterIP: 'None', publishNotReadyAddresses: true }),
    service('away', { type: 'ExternalName', externalName: 'example.org' }),
    service('big', { clusterIP: 'None' }),
  ],
  [
    slice(
      'db',
      [endpoint('10.244.0.2', true, 'db-0'), endpoint('10.244.0.3', false, 'db-1')],
      [{ name: 'sql', port: 5432 }],
    ),
    slice('all', [endpoint('10.244.0.4', false)]),
    slice(
      'big',
      Array.from({ length: 200 }, (_, index) => endpoint(`10.244.1.${index}`, true)),
    ),
  ],
)

function ask(
  name: string,
  type = 'A',
  isStream = true,
  more: Partial<Packet> = {},
): { rcode: string; answers: unknown[]; packet: ReturnType<typeof decode> } {
  const message = encode({ type: 'query', id: 7, questions: [{ name, type: type as 'A' }], ...more })
  const answer = answerFrom(zone, message, isStream)
  if (answer.type !== 'reply') return { rcode: answer.type, answers: [], packet: {} as never }
  const packet = decode(Buffer.from(answer.bytes))
  return {
    rcode: (packet as unknown as { rcode: string }).rcode,
    answers: (packet.answers ?? []).map(each => (each as { data: unknown }).data),
    packet,
  }
}

test('a Service is its cluster IP, under its name and backwards', t => {
  t.deepEqual(ask('web.shop.svc.cluster.local').answers, ['10.96.0.7'])
  t.deepEqual(ask('7.0.96.10.in-addr.arpa', 'PTR').answers, ['web.shop.svc.cluster.local'])
  const [srv] = ask('_http._tcp.web.shop.svc.cluster.local', 'SRV').answers
  t.like(srv as object, { port: 80, target: 'web.shop.svc.cluster.local' })
})

test('a headless Service is its ready pods, each under its own name too', t => {
  t.deepEqual(ask('db.shop.svc.cluster.local').answers, ['10.244.0.2'])
  t.deepEqual(ask('db-0.db.shop.svc.cluster.local').answers, ['10.244.0.2'])
  t.is(ask('db-1.db.shop.svc.cluster.local').rcode, 'NXDOMAIN')
  t.deepEqual(
    ask('all.shop.svc.cluster.local').answers,
    ['10.244.0.4'],
    'also those that are not ready, when asked for',
  )
  t.like(ask('_sql._tcp.db.shop.svc.cluster.local', 'SRV').answers[0] as object, {
    port: 5432,
    target: 'db-0.db.shop.svc.cluster.local',
  })
})

test('an external name is another name; a pod is its address', t => {
  t.deepEqual(ask('away.shop.svc.cluster.local').answers, ['example.org'])
  t.deepEqual(ask('10-244-0-9.shop.pod.cluster.local').answers, ['10.244.0.9'])
  t.is(ask('10-244-0-999.shop.pod.cluster.local').rcode, 'NXDOMAIN')
})

test('what exists without an answer of this type is no error; what does not exist is', t => {
  const none = ask('web.shop.svc.cluster.local', 'AAAA')
  t.is(none.rcode, 'NOERROR')
  t.deepEqual(none.answers, [])
  t.is(none.packet.authorities?.length, 1)
  t.is(ask('shop.svc.cluster.local').rcode, 'NOERROR')
  t.is(ask('nothing.shop.svc.cluster.local').rcode, 'NXDOMAIN')
})

test('names of others are for others to answer', t => {
  t.is(ask('example.org').rcode, 'forward')
  t.is(ask('1.0.0.127.in-addr.arpa', 'PTR').rcode, 'forward')
  t.is(ask('notcluster.local').rcode, 'forward')
})

test('a name is answered as it was asked, letter by letter', t => {
  const { packet } = ask('WeB.shop.SVC.cluster.local')
  t.is(packet.questions?.[0]?.name, 'WeB.shop.SVC.cluster.local')
  t.is(packet.answers?.[0]?.name, 'WeB.shop.SVC.cluster.local')
})

test('what does not fit into a datagram says so, and comes whole over a stream', t => {
  const cut = ask('big.shop.svc.cluster.local', 'A', false)
  t.is(cut.packet.flag_tc, true)
  t.deepEqual(cut.answers, [])
  t.is(ask('big.shop.svc.cluster.local').answers.length, 200)
})

test('garbage is let pass', t => {
  for (const bytes of [
    [],
    [1],
    [0, 7, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0xc0, 0x0c, 0, 1, 0, 1],
    Array.from({ length: 300 }, (_, i) => (i * 37) % 256),
  ]) {
    const { type } = answerFrom(zone, Uint8Array.from(bytes), false)
    t.true(type === 'ignore' || type === 'reply' || type === 'forward')
  }
  t.is(answerFrom(zone, Uint8Array.from([]), false).type, 'ignore')
})
