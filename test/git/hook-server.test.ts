import { connect } from 'node:net'
import test from 'ava'
import { createHookServer } from '../../src/git/hook-server.ts'
import type { Push } from '../../src/git/push-gate.ts'
import { startGitServer } from './git-server-fixture.ts'
import { RUNTIME } from './scratch-repository.ts'

/** Sends text, gives back every line of the answer. */
function ask(socketPath: string, text: string): Promise<string[]> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPath)
    let received = ''
    socket.on('data', chunk => (received += chunk))
    socket.on('error', reject)
    socket.on('close', () => resolve(received.split('\n').slice(0, -1)))
    socket.write(text)
  })
}

const REQUEST = { version: 1, hook: 'pre-receive', pusher: 'ada', updates: [], options: [] }

test('only whole requests of our own version about our own objects are heard', async t => {
  const server = await startGitServer(t, {
    preReceive: async () => {
      t.fail('the gate was asked')
      return { accepted: true }
    },
  })
  const bad: [unknown, RegExp][] = [
    ['not json', /was not understood/],
    [{ ...REQUEST, version: 2 }, /different versions; restart Pintle/],
    [{ ...REQUEST, hook: 'update' }, /unknown request/],
    [{ ...REQUEST, pusher: '' }, /incomplete request/],
    [{ ...REQUEST, options: [1] }, /incomplete request/],
    [{ ...REQUEST, updates: [{ ref: 1 }] }, /incomplete update/],
    [{ ...REQUEST, updates: [{ ref: 'refs/heads/a', new: '../../x' }] }, /malformed object id/],
    [{ ...REQUEST, quarantine: { objectDirectory: '/etc' } }, /not in this repository/],
    [
      { ...REQUEST, quarantine: { objectDirectory: `${server.repository.path}/objects/../../..` } },
      /not in this repository/,
    ],
    [`${'x'.repeat(1_100_000)}`, /too many refs/],
  ]
  for (const [request, sentence] of bad) {
    const text = typeof request === 'string' ? request : JSON.stringify(request)
    const answer = await ask(server.socketPath, `${text}\n`)
    t.regex(answer[0]!, sentence)
    t.is(answer.at(-1), '{"accepted":false}')
  }
})

test('a push says who, what and with which options; long output is cut, never waited for', async t => {
  const pushes: Push[] = []
  const server = await startGitServer(t, {
    async preReceive(push, _objects, print) {
      pushes.push(push)
      for (let line = 0; line < 20_000; line++) print(`line ${line}`)
      return { accepted: true }
    },
  })
  const update = { ref: 'refs/heads/topic', old: '1'.repeat(40) }
  const request = { ...REQUEST, updates: [update], options: ['wait=x', 'draft'] }
  const answer = await ask(server.socketPath, `${JSON.stringify(request)}\n`)
  t.deepEqual(pushes, [{ pusher: 'ada', updates: [{ ...update, new: undefined }], options: ['wait=x', 'draft'] }])
  t.regex(answer[0]!, /-o wait=x is not understood; write for example -o wait=30s/)
  t.true(answer.length <= 5_001)
  t.is(answer.at(-2), '{"line":"(more lines are left out)"}')
  t.is(answer.at(-1), '{"accepted":true}')
})

test('a socket path that the system cannot hold is refused with a sentence', async t => {
  const server = await startGitServer(t)
  const socketPath = `${server.folder}/${'long/'.repeat(30)}pintle.sock`
  const gate = { preReceive: async () => ({ accepted: true }), postReceive: async () => {} }
  const opened = createHookServer({ socketPath, gate, repository: server.repository, ...RUNTIME })
  await t.throwsAsync(opened, { message: /the system allows 103\. Choose a data directory with a shorter path/ })
})
