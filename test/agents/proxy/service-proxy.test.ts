import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { runCommand } from '../../../agents/host/run-command.ts'
import { Service } from '../../../src/api/kinds/core/service.ts'
import { EndpointSlice } from '../../../src/api/kinds/discovery/endpoint-slice.ts'
import { ask, key, main, serve, TestProxy, VIP } from './test-proxy.ts'

test.serial(
  'a Service is served on its address and its node port until it goes; its address is given back',
  async t => {
    const test = await TestProxy.start()
    const { port, server } = await serve('pod')
    await test.createService('web', VIP, [{ ...main, nodePort: 30817 }], { type: 'NodePort' })
    await test.createSlice('web', port)
    await test.until(async () => (await ask(VIP, 18080)) === 'pod')
    await test.until(async () => (await ask('127.0.0.1', 30817)) === 'pod')
    t.true(test.held.includes(VIP))
    await test.client.delete(Service, key('web'))
    await test.until(async () => (await ask(VIP, 18080)) === undefined)
    await test.until(() => !test.held.includes(VIP))
    t.is(await ask('127.0.0.1', 30817), undefined)
    await test.stop()
    t.deepEqual(test.held, [])
    server.close()
  },
)

test.serial('a port that another program has: said once, tried again, and served when it is free', async t => {
  const other = await serve('other', VIP, 18080)
  const pod = await serve('pod')
  const test = await TestProxy.start()
  await test.createService('web', VIP, [main])
  await test.createSlice('web', pod.port)
  await test.until(() => test.events.length > 0)
  await test.clock.advance(30_000)
  t.deepEqual(
    test.events.filter(each => each.includes(VIP)),
    [
      `Warning FailedToListen tcp/${VIP}:18080 cannot be served: another program listens on port 18080; it is tried again every 5 s`,
    ],
  )
  t.is(await ask(VIP, 18080), 'other')
  other.server.close()
  await test.until(async () => (await ask(VIP, 18080)) === 'pod')
  t.is(test.events.at(-1), `Normal Listening tcp/${VIP}:18080 is served now`)
  await test.client.delete(Service, key('web'))
  await test.until(() => !test.held.includes(VIP))
  await test.stop()
  pod.server.close()
})

test.serial('an address that never could be served is given back with its Service', async t => {
  const other = await serve('other', VIP, 18080)
  const test = await TestProxy.start()
  await test.createService('web', VIP, [main])
  await test.until(() => test.events.length > 0)
  t.true(test.held.includes(VIP))
  await test.client.delete(Service, key('web'))
  await test.until(() => !test.held.includes(VIP))
  await test.stop()
  other.server.close()
})

test.serial('more connections than there may be are refused, and taken again when others end', async t => {
  const { port, server } = await serve('pod')
  const test = await TestProxy.start({ connectionsMax: 2 })
  await test.createService('web', VIP, [main])
  await test.createSlice('web', port)
  await test.until(async () => (await ask(VIP, 18080)) === 'pod')
  // The connections of the questions are over, and given back.
  await new Promise(resolve => setTimeout(resolve, 100))
  const open = [connect(18080, VIP), connect(18080, VIP)]
  for (const each of open) each.on('error', () => {})
  await Promise.all(open.map(each => new Promise(resolve => each.once('data', resolve))))
  t.is(await ask(VIP, 18080), undefined)
  open[0]!.destroy()
  await test.until(async () => (await ask(VIP, 18080)) === 'pod')
  open[1]!.destroy()
  await test.stop()
  server.close()
})

test.serial('an unrelated change does not cut off clients of a UDP port; a change of endpoints does', async t => {
  const echo = async (name: string) => {
    const socket = createSocket('udp4')
    socket.on('message', (_, from) => socket.send(`${name} ${from.port}`, from.port, from.address))
    await new Promise<void>(resolve => socket.bind(0, '127.0.0.1', resolve))
    return socket
  }
  const [one, two] = [await echo('one'), await echo('two')]
  const test = await TestProxy.start()
  await test.createService('dns', VIP, [{ ...main, protocol: 'UDP' }])
  await test.createSlice('dns', one.address().port, 'UDP')
  const client = createSocket('udp4')
  let answer = ''
  client.on('message', message => (answer = String(message)))
  const asked = async () => {
    answer = ''
    await test.until(() => {
      client.send('?', 18080, VIP)
      return answer !== ''
    })
    return answer
  }
  const first = await asked()
  t.regex(first, /^one /)
  await test.createService('other', '127.98.7.2', [main])
  await test.until(async () => test.held.includes('127.98.7.2'))
  t.is(await asked(), first, 'the same way as before')
  await test.client.delete(EndpointSlice, key('dns-1'))
  await test.createSlice('dns', two.address().port, 'UDP', 'dns-2')
  await test.until(async () => (await asked()).startsWith('two '))
  client.close()
  await test.stop()
  one.close()
  two.close()
})

test.serial('a live store that lost its memory: what it forgot is served until the time for it is over', async t => {
  const { port, server } = await serve('pod')
  const test = await TestProxy.start()
  const services = { web: VIP, gone: '127.98.7.2' }
  for (const [name, ip] of Object.entries(services)) {
    await test.createService(name, ip, [main])
    await test.createSlice(name, port)
    await test.until(async () => (await ask(ip, 18080)) === 'pod')
  }
  // Another UID of the first Service says that the store is another one.
  await test.client.delete(Service, key('kubernetes'))
  await test.clock.advance(1_000)
  for (const name of Object.keys(services)) {
    await test.client.delete(Service, key(name))
    await test.client.delete(EndpointSlice, key(`${name}-1`))
  }
  await test.clock.advance(1_000)
  t.is(await ask(VIP, 18080), 'pod', 'a store without its first Service says nothing')
  await test.createService('kubernetes', '127.98.7.254', [{ ...main, name: 'https' }])
  await test.clock.advance(60_000)
  t.is(await ask(VIP, 18080), 'pod', 'nobody has said that it is gone')
  await test.createService('web', VIP, [main])
  await test.clock.advance(1_000)
  t.is(await ask(VIP, 18080), 'pod', 'its endpoints come later')
  await test.createSlice('web', port)
  await test.clock.advance(130_000)
  await test.until(async () => (await ask('127.98.7.2', 18080)) === undefined)
  t.is(await ask(VIP, 18080), 'pod')
  await test.stop()
  server.close()
})

test.serial('a port that needs root is served on another one, the same each time, and said', async t => {
  const trial = join(import.meta.dirname, 'plain-user-trial.ts')
  const events = JSON.parse(await runCommand([process.execPath, trial], { timeoutMs: 60_000 }))
  const expected = [
    'Warning PrivilegedPort port 53 needs root: served on 127.98.7.2:8053 instead',
    `Warning PrivilegedPort port 80 needs root: served on ${VIP}:8080 instead`,
  ]
  t.deepEqual(events, [expected, expected])
})
