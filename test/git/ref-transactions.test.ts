import { execFileSync, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { RefConflict } from '../../src/git/git-repository.ts'
import { commitFiles, eventually, MAIN, scratchRepository } from './scratch-repository.ts'

function updateRefsOf(path: string): number[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .filter(pid => {
      try {
        const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0')
        return words.includes(`--git-dir=${path}`) && words.includes('update-ref')
      } catch {
        return false
      }
    })
    .map(Number)
}

test('refs move through one lasting process; a conflict does not stop the next update', async t => {
  const repository = await scratchRepository(t)
  const first = await commitFiles(repository, { a: '1' })
  const [pid] = updateRefsOf(repository.path)
  const second = await commitFiles(repository, { a: '2' })
  t.deepEqual(updateRefsOf(repository.path), [pid!])
  const stale = repository.updateRefs([{ ref: MAIN, expected: first, target: first }], 'stale')
  await t.throwsAsync(stale, { instanceOf: RefConflict })
  await repository.updateRefs([{ ref: MAIN, expected: second, target: first }], 'back')
  t.is(await repository.readRef(MAIN), first)
  execFileSync('git', ['update-ref', MAIN, second], { cwd: repository.path })
  const overtaken = repository.updateRefs([{ ref: MAIN, expected: first, target: first }], 'overtaken')
  await t.throwsAsync(overtaken, { instanceOf: RefConflict })
  t.is(await repository.readRef(MAIN), second)
})

test('git killed at any moment of an update: each update happens once, or says that it did not', async t => {
  const repository = await scratchRepository(t)
  let tip = await commitFiles(repository, { start: '' })
  let killed = 0
  const timer = setInterval(() => {
    for (const pid of killed < 8 ? updateRefsOf(repository.path) : []) {
      process.kill(pid, 'SIGKILL')
      killed++
    }
  }, 25)
  t.teardown(() => clearInterval(timer))
  for (let count = 0; count < 60; count++) {
    const commit = await commitFiles(repository, { count: `${count}` }).catch(error => error as Error)
    if (commit instanceof Error) t.is(await repository.readRef(MAIN), tip, commit.message)
    else tip = commit
  }
  clearInterval(timer)
  t.true(killed > 0)
  t.is(await repository.readRef(MAIN), tip)
})

test('a closed repository leaves no process behind', async t => {
  const repository = await scratchRepository(t)
  await commitFiles(repository, { a: '1' })
  t.is(updateRefsOf(repository.path).length, 1)
  await repository.close()
  t.true(await eventually(() => updateRefsOf(repository.path).length === 0))
  await t.throwsAsync(repository.readBlob('1'.repeat(40), 1), { code: 'unavailable' })
})

test('the lasting processes end with the program, however it ends, and not by its Ctrl-C', async t => {
  const repository = await scratchRepository(t)
  const source = (name: string) => JSON.stringify(join(import.meta.dirname, name))
  const script = join(repository.path, '..', 'lasting.mts')
  writeFileSync(
    script,
    `import { openGitRepository } from ${source('../../src/git/open-git-repository.ts')}
import { commitFiles, RUNTIME } from ${source('scratch-repository.ts')}
process.on('SIGINT', () => {})
const repository = await openGitRepository({ path: process.argv[2], ...RUNTIME })
await commitFiles(repository, { a: '1' })
console.log('ready')
setInterval(() => {}, 1000)
`,
  )
  const child = spawn(process.execPath, [script, repository.path], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  await new Promise(resolve => child.stdout.once('data', resolve))
  const [pid] = updateRefsOf(repository.path)
  process.kill(-child.pid!, 'SIGINT')
  await new Promise(resolve => setTimeout(resolve, 100))
  t.deepEqual(updateRefsOf(repository.path), [pid!])
  child.kill('SIGKILL')
  t.true(await eventually(() => updateRefsOf(repository.path).length === 0))
})
