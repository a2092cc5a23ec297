import { createSocket } from 'node:dgram'
import type { Server } from 'node:net'
import { connect, createServer } from 'node:net'
import test from 'ava'
import type { WantedListener } from '../../../agents/proxy/plan.ts'
import { openTcpListener } from '../../../agents/proxy/tcp-listener.ts'
import { openUdpListener } from '../../../agents/proxy/udp-listener.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'

const wanted = (protocol: 'tcp' | 'udp', ports: readonly number[], affinityMs?: number): WantedListener => ({
  id: 'test',
  protocol,
  address: '127.0.0.1',
  port: 0,
  service: { namespace: 'n', name: 's' },
  endpoints: ports.map(port => ({ address: '127.0.0.1', port })),
  affinityMs,
})

/** A server that says its name and then echoes until the client ends. */
async function echoServer(name: string): Promise<{ port: number; server: Server }> {
  const server = createServer({ allowHalfOpen: true }, socket => {
    socket.write(`${name}:`)
    socket.pipe(socket)
    socket.on('error', () => {})
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: (server.address() as { port: number }).port, server }
}

/** Sends text, ends its half, and reads until the other side ends; 'refused' when the connection broke. */
function ask(port: number, text: string): Promise<string> {
  return new Promise(resolve => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.on('end', () => {
      socket.end()
      resolve(answer)
    })
    socket.on('error', () => resolve('refused'))
    socket.end(text)
  })
}

test('connections go to endpoints in turn, and one that refuses is passed over', async t => {
  const [a, b] = [await echoServer('a'), await echoServer('b')]
  const gone = await echoServer('gone')
  gone.server.close()
  const listener = await openTcpListener(wanted('tcp', [a.port, b.port, gone.port]), { clock: systemClock })
  const answers: string[] = []
  for (let at = 0; at < 9; at++) answers.push(await ask(listener.port, 'x'))
  t.true(answers.every(answer => answer === 'a:x' || answer === 'b:x'))
  t.true(answers.includes('a:x') && answers.includes('b:x'))
  await listener.close()
  a.server.close()
  b.server.close()
})

test('a connection goes on when its endpoint leaves the list, the next one goes elsewhere', async t => {
  const [a, b] = [await echoServer('a'), await echoServer('b')]
  const listener = await openTcpListener(wanted('tcp', [a.port]), { clock: systemClock })
  const socket = connect({ port: listener.port, host: '127.0.0.1' })
  const answer = new Promise<string>(resolve => {
    let text = ''
    socket.on('data', chunk => {
      text += chunk
      if (text.includes('later')) resolve(text)
    })
  })
  await new Promise(resolve => socket.once('data', resolve))
  listener.update(wanted('tcp', [b.port]))
  socket.write('later')
  t.regex(await answer, /later/)
  t.is(await ask(listener.port, 'y'), 'b:y')
  socket.destroy()
  await listener.close()
  a.server.close()
  b.server.close()
})

test('with no endpoint a client is refused, not left waiting', async t => {
  const listener = await openTcpListener(wanted('tcp', []), { clock: systemClock })
  t.is(await ask(listener.port, 'x'), 'refused')
  await listener.close()
})

test('with affinity a client stays at its endpoint', async t => {
  const [a, b] = [await echoServer('a'), await echoServer('b')]
  const listener = await openTcpListener(wanted('tcp', [a.port, b.port], 10_000), { clock: systemClock })
  const first = await ask(listener.port, 'x')
  for (let at = 0; at < 5; at++) t.is(await ask(listener.port, 'x'), first)
  await listener.close()
  a.server.close()
  b.server.close()
})

test('datagrams find their endpoint and the answers their way back', async t => {
  const server = createSocket('udp4')
  server.on('message', (message, from) => server.send(`echo ${message}`, from.port, from.address))
  await new Promise<void>(resolve => server.bind(0, '127.0.0.1', resolve))
  const listener = await openUdpListener(wanted('udp', [server.address().port]), { clock: systemClock })
  const client = createSocket('udp4')
  const answers: string[] = []
  client.on('message', message => answers.push(String(message)))
  for (const text of ['one', 'two']) {
    client.send(text, listener.port, '127.0.0.1')
    for (let waited = 0; waited < 200 && !answers.includes(`echo ${text}`); waited++) {
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  t.deepEqual(answers, ['echo one', 'echo two'])
  client.close()
  await listener.close()
  server.close()
})
