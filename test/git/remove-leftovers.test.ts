import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { openGitRepository } from '../../src/git/open-git-repository.ts'
import { removeLeftovers, removeStaleRefLocks } from '../../src/git/remove-leftovers.ts'
import { PERSON } from './git-server-fixture.ts'
import { commitFiles, eventually, MAIN, RUNTIME, scratchRepository } from './scratch-repository.ts'

/** A git killed while it holds the lock of main. */
async function leaveLock(path: string, commit: string): Promise<string> {
  const child = spawn('git', ['update-ref', '--stdin'], {
    cwd: path,
    env: PERSON,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  child.stdin.write(`start\nupdate ${MAIN} ${commit} ${commit}\nprepare\n`)
  const lock = join(path, `${MAIN}.lock`)
  await eventually(() => existsSync(lock))
  const ended = new Promise(resolve => child.on('close', resolve))
  child.kill('SIGKILL')
  await ended
  return lock
}

const AN_HOUR_AGO = Date.now() / 1000 - 3_600

test('a start clears locks and quarantines of killed processes, and refs move again', async t => {
  const repository = await scratchRepository(t)
  const { path } = repository
  const lock = await leaveLock(path, await commitFiles(repository, { a: '1' }))
  t.true(existsSync(lock))
  const quarantine = join(path, 'objects', 'tmp_objdir-incoming-x')
  mkdirSync(join(quarantine, 'pack'), { recursive: true })
  writeFileSync(join(path, 'packed-refs.lock'), '')
  writeFileSync(join(path, 'objects', 'pack', 'tmp_pack_x'), '')
  for (const each of [lock, quarantine, join(path, 'packed-refs.lock'), join(path, 'objects/pack/tmp_pack_x')]) {
    utimesSync(each, AN_HOUR_AGO, AN_HOUR_AGO)
  }
  const again = await openGitRepository({ path, ...RUNTIME })
  t.teardown(() => again.close())
  for (const gone of [lock, quarantine, join(path, 'packed-refs.lock'), join(path, 'objects/pack/tmp_pack_x')]) {
    t.false(existsSync(gone), gone)
  }
  await commitFiles(again, { a: '2' })
})

test('a lock left while the engine runs is found out by the next update', async t => {
  const repository = await scratchRepository(t)
  const lock = await leaveLock(repository.path, await commitFiles(repository, { a: '1' }))
  utimesSync(lock, AN_HOUR_AGO, AN_HOUR_AGO)
  await commitFiles(repository, { a: '2' })
  t.false(existsSync(lock))
})

test('nothing is removed while a git works in the repository', async t => {
  const repository = await scratchRepository(t)
  const commit = await commitFiles(repository, { a: '1' })
  const child = spawn('git', ['update-ref', '--stdin'], {
    cwd: repository.path,
    env: PERSON,
    stdio: ['pipe', 'ignore', 'inherit'],
  })
  t.teardown(() => child.kill('SIGKILL'))
  child.stdin.write(`start\nupdate ${MAIN} ${commit} ${commit}\nprepare\n`)
  const lock = join(repository.path, `${MAIN}.lock`)
  t.true(await eventually(() => existsSync(lock)))
  utimesSync(lock, AN_HOUR_AGO, AN_HOUR_AGO)
  t.is(await removeLeftovers(repository.path, { ...RUNTIME, ageMs: 0 }), 0)
  t.true(existsSync(lock))
  // A lock of an hour is nobody's, whoever else is at work: the next update takes it away.
  await removeStaleRefLocks(repository.path, [MAIN, '../../x', 'refs/heads/none'], RUNTIME)
  t.false(existsSync(lock))
})
