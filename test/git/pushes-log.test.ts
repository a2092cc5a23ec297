import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { findPush, readPushes, rotatePushesLog } from '../../src/git/pushes-log.ts'

const id = (digit: string) => digit.repeat(40)

test('the newest push of a commit is found, across rotation and a cut-off line', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'pintle-log-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const path = join(folder, 'pushes.log')
  t.is(await findPush(path, id('1')), undefined)
  t.false(await rotatePushesLog(path))
  const line = (pusher: string, ref: string, target: string) =>
    `${JSON.stringify({ time: '2026-01-01T00:00:00Z', pusher, ref, new: target })}\n`
  await writeFile(path, line('ada', 'refs/heads/topic', id('1')) + line('bob', 'refs/heads/main', id('1')))
  await appendFile(path, '{"time":"2026-01-01T00:00:')
  const hook: { recordPush(path: string, push: object): void } = await import(`${'../../src/git/hooks/record-push.js'}`)
  hook.recordPush(path, { pusher: 'eve', updates: [{ ref: 'refs/heads/main', old: id('1'), new: id('2') }] })
  t.is((await findPush(path, id('1')))?.pusher, 'bob')
  t.is((await findPush(path, id('1'), 'refs/heads/topic'))?.pusher, 'ada')
  t.like(await findPush(path, id('2')), { pusher: 'eve', old: id('1') })
  t.true(await rotatePushesLog(path, 10))
  hook.recordPush(path, { pusher: 'new', updates: [{ ref: 'refs/heads/main', old: id('2'), new: id('1') }] })
  t.is((await findPush(path, id('1')))?.pusher, 'new')
  t.is((await findPush(path, id('2')))?.pusher, 'eve')
  t.deepEqual(
    (await readPushes(path, 3)).map(record => record.pusher),
    ['bob', 'eve', 'new'],
  )
  t.is((await readFile(path, 'utf8')).split('\n').length, 2)
})
