import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { installHooks } from '../../src/git/install-hooks.ts'
import { run, startGitServer } from './git-server-fixture.ts'

test('hooks are executable, nothing else stays beside them, and strange paths are no commands', async t => {
  const folder = await mkdtemp(join(tmpdir(), "pintle '$(touch evil)' "))
  t.teardown(() => rm(folder, { recursive: true }))
  const [hooksPath, pushesLogPath] = [join(folder, 'hooks'), join(folder, 'pushes.log')]
  const install = { hooksPath, socketPath: join(folder, 'x.sock'), pushesLogPath }
  await installHooks(install)
  await writeFile(join(hooksPath, 'update'), '#!/bin/sh\nexit 1\n', { mode: 0o755 })
  await installHooks(install)
  t.deepEqual((await readdir(hooksPath)).sort(), ['post-receive', 'pre-receive'])
  t.true(((await stat(join(hooksPath, 'pre-receive'))).mode & 0o100) !== 0)
  const update = `${'0'.repeat(40)} ${'1'.repeat(40)} refs/heads/topic\n`
  const hook = await run(join(hooksPath, 'pre-receive'), [], folder, update)
  t.is(hook.code, 0, hook.stderr)
  t.regex(hook.stderr, /Pintle is not running/)
  t.deepEqual((await readdir(folder)).sort(), ['hooks', 'pushes.log'])
})

test('a push to a server whose program was moved away is told so', async t => {
  const server = await startGitServer(t)
  const { socketPath, pushesLogPath, folder } = server
  await installHooks({
    hooksPath: join(folder, 'git', 'hooks'),
    socketPath,
    pushesLogPath,
    nodePath: '/nonexistent/node',
  })
  const clone = await server.clone('person')
  await clone.commit({ a: '1' })
  const { code, stderr } = await clone.git('push', 'origin', 'main')
  t.not(code, 0)
  t.regex(stderr, /remote: Pintle is no longer where it ran last\. Start it once/)
})
