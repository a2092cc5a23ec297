import test from 'ava'
import { readNote, writeNotes } from '../../src/git/notes.ts'
import { startGitServer } from './git-server-fixture.ts'

const AUTHOR = { name: 'Pintle', email: 'pintle@localhost', timestamp: 1, offsetMinutes: 0 }

test('git log shows our notes, and we read and replace those of git notes', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person')
  const first = await clone.commit({ a: '1' }, 'First')
  const second = await clone.commit({ a: '2' }, 'Second')
  await clone.git('push', 'origin', 'main')
  await writeNotes(server.repository, new Map([[first, 'hello: Healthy']]), AUTHOR)
  await clone.git('fetch', 'origin', 'refs/notes/pintle:refs/notes/pintle')
  t.regex((await clone.git('log', '--notes=pintle')).stdout, /First\s+Notes \(pintle\):\s+hello: Healthy/)
  await clone.git('notes', '--ref=pintle', 'add', '-m', 'by hand', second)
  await clone.git('push', '--receive-pack=git -c core.hooksPath=/dev/null receive-pack', 'origin', 'refs/notes/pintle')
  t.is(await readNote(server.repository, second), 'by hand\n')
  t.is(await readNote(server.repository, first), 'hello: Healthy\n')
  await writeNotes(server.repository, new Map([[second, 'greeter: Degraded']]), AUTHOR)
  await clone.git('fetch', 'origin', '+refs/notes/pintle:refs/notes/pintle')
  t.regex((await clone.git('log', '--notes=pintle', '-1')).stdout, /Notes \(pintle\):\s+greeter: Degraded\s*$/)
})
