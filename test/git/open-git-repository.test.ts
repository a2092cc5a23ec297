import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { openGitRepository } from '../../src/git/open-git-repository.ts'
import { skipUnless, whyNoStrace } from '../skip-unless.ts'
import { PERSON, run } from './git-server-fixture.ts'
import { AUTHOR, commitFiles, MAIN, RUNTIME, scratchRepository } from './scratch-repository.ts'

test('the configuration is ours again after each start', async t => {
  const repository = await scratchRepository(t)
  const config = join(repository.path, 'config')
  const written = await readFile(config, 'utf8')
  await appendFile(config, '[receive]\n\tfsckObjects = false\n')
  const again = await openGitRepository({ path: repository.path, ...RUNTIME })
  await again.close()
  t.is(await readFile(config, 'utf8'), written)
  const get = async (name: string) => (await run('git', ['config', name], repository.path)).stdout.trim()
  t.is(await get('core.fsync'), 'all')
  t.is(await get('receive.fsckObjects'), 'true')
  t.is(await get('gc.auto'), '0')
  t.is(await readFile(join(repository.path, 'HEAD'), 'utf8'), 'ref: refs/heads/main\n')
})

test('what the user or the system configured changes nothing', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'pintle-config-'))
  t.teardown(() => rm(folder, { recursive: true }))
  await writeFile(join(folder, '.gitconfig'), '[core]\n\thooksPath = /evil\n[init]\n\tdefaultBranch = other\n')
  const before = { ...process.env }
  Object.assign(process.env, { HOME: folder, GIT_DIR: '/nonexistent', GIT_CONFIG_PARAMETERS: "'core.bare'='false'" })
  t.teardown(() => {
    for (const name of ['HOME', 'GIT_DIR', 'GIT_CONFIG_PARAMETERS']) {
      if (before[name] === undefined) delete process.env[name]
      else process.env[name] = before[name]
    }
  })
  const repository = await openGitRepository({ path: join(folder, 'cluster.git'), ...RUNTIME })
  t.teardown(() => repository.close())
  await commitFiles(repository, { a: '1' })
  t.is(await readFile(join(repository.path, 'HEAD'), 'utf8'), 'ref: refs/heads/main\n')
})

test('a repository of another format, and a missing or old git, are refused with a sentence', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'pintle-format-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const path = join(folder, 'sha256.git')
  await run('git', ['init', '--quiet', '--bare', '--object-format=sha256', path], folder)
  await t.throwsAsync(openGitRepository({ path, ...RUNTIME }), { message: /objectformat = sha256.*move it away/s })
  const none = openGitRepository({ path: join(folder, 'x.git'), gitBinary: '/nonexistent/git', ...RUNTIME })
  await t.throwsAsync(none, { message: /git cannot be started\. Pintle needs git 2\.34 or newer: install it/ })
  const old = join(folder, 'git')
  await writeFile(old, '#!/bin/sh\necho git version 2.20.1\n', { mode: 0o755 })
  const tooOld = openGitRepository({ path: join(folder, 'x.git'), gitBinary: old, ...RUNTIME })
  await t.throwsAsync(tooOld, { message: /git is version 2\.20\. Pintle needs git 2\.34/ })
})

test('objects written before a crash without a ref are gone; a ref’s are whole', async t => {
  const repository = await scratchRepository(t)
  const tip = await commitFiles(repository, { 'a/b': '1' })
  const loose = await repository.writeBlob(Buffer.from('never named'))
  const again = await openGitRepository({ path: repository.path, ...RUNTIME })
  t.teardown(() => again.close())
  await t.throwsAsync(again.readBlob(loose, 100), { code: 'missing' })
  t.is((await again.readCommit((await again.readRef(MAIN))!)).id, tip)
  const fsck = await run('git', ['fsck', '--full', '--strict'], repository.path)
  t.is(fsck.code, 0, fsck.stderr)
})

test('ancestry is told across long histories too, of commits that no ref names yet', async t => {
  const repository = await scratchRepository(t)
  const tree = await repository.writeTree([])
  const commit = (parents: string[], message: string) =>
    repository.writeCommit({ tree, parents, author: AUTHOR, message })
  const [root, alone] = [await commit([], 'root'), await commit([], 'alone')]
  let tip = root
  for (let count = 0; count < 700; count++) tip = await commit([tip], `${count}`)
  t.true(await repository.isAncestor(root, tip))
  t.false(await repository.isAncestor(alone, tip))
})

const COMMITTER = `
import { openGitRepository } from ${JSON.stringify(join(import.meta.dirname, '../../src/git/open-git-repository.ts'))}
import { commitFiles, RUNTIME } from ${JSON.stringify(join(import.meta.dirname, 'scratch-repository.ts'))}
const repository = await openGitRepository({ path: process.argv[2], ...RUNTIME })
for (let count = 0; count < Number(process.argv[3]); count++) {
  console.log(await commitFiles(repository, { ['apps/' + count]: String(count), 'b/c/d': String(count) }))
}
process.exit(0)
`

test('kill -9 between and within commits: every answered commit is there, and the next life goes on', async t => {
  const folder = await mkdtemp(join(tmpdir(), 'pintle-kill-'))
  t.teardown(() => rm(folder, { recursive: true }))
  const [script, path] = [join(folder, 'committer.mts'), join(folder, 'cluster.git')]
  writeFileSync(script, COMMITTER)
  const answered: string[] = []
  for (let round = 0; round < 6; round++) {
    const child = spawn(process.execPath, [script, path, '1000'], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    })
    let output = ''
    child.stdout.on('data', chunk => {
      output += chunk
      if (output.split('\n').length > 3 + round * 2) setTimeout(() => child.kill('SIGKILL'), round * 3)
    })
    await new Promise(resolve => child.on('close', resolve))
    answered.push(...output.split('\n').slice(0, -1))
  }
  t.true(answered.length > 20)
  const repository = await openGitRepository({ path, ...RUNTIME })
  t.teardown(() => repository.close())
  await commitFiles(repository, { last: 'one' })
  const history = await repository.history((await repository.readRef(MAIN))!, 10_000)
  const ids = new Set(history.map(commit => commit.id))
  for (const commit of answered) t.true(ids.has(commit))
  const fsck = await run('git', ['fsck', '--full', '--strict'], path)
  t.is(fsck.code, 0, fsck.stderr)
})

skipUnless(test, whyNoStrace())(
  'in a trace of system calls, objects are synced before the ref, and the ref’s name before the answer',
  async t => {
    const folder = await mkdtemp(join(tmpdir(), 'pintle-trace-'))
    t.teardown(() => rm(folder, { recursive: true }))
    const script = join(folder, 'traced.mts')
    writeFileSync(script, COMMITTER)
    t.teardown(() => rm(script))
    const [trace, path] = [join(folder, 'trace'), join(folder, 'cluster.git')]
    mkdirSync(path)
    const calls = 'trace=openat,fsync,fdatasync,rename,renameat2,renameat,write,close'
    const args = ['-f', '-y', '-s', '80', '-e', calls, '-o', trace, process.execPath, script, path, '1']
    const { stdout, stderr, status } = spawnSync('strace', args, { env: PERSON })
    t.is(status, 0, String(stderr))
    const lines = readFileSync(trace, 'utf8').split('\n')
    const last = (what: RegExp) => lines.findLastIndex(line => what.test(line))
    const steps = {
      packSynced: last(/f(data)?sync\(\d+<.*objects\/pack\/tmp_/),
      packNamed: last(/rename.*pack-[0-9a-f]+\.idx/),
      packNameSynced: last(/fsync\(\d+<[^>]*objects\/pack>/),
      refSynced: last(/f(data)?sync\(\d+<[^>]*refs\/heads\/main\.lock>/),
      refNamed: last(/rename.*refs\/heads\/main\.lock/),
      refNameSynced: last(/fsync\(\d+<[^>]*refs\/heads>/),
      answer: last(new RegExp(`write\\(1<.*${stdout.toString().trim().slice(0, 30)}`)),
    }
    for (const [step, line] of Object.entries(steps)) t.true(line >= 0, `${step} is not in the trace`)
    t.deepEqual(
      Object.values(steps),
      Object.values(steps).toSorted((a, b) => a - b),
      JSON.stringify(steps),
    )
  },
)

test('an update that cannot be written is an error, moves nothing, and can be made again', async t => {
  const repository = await scratchRepository(t)
  // A file stands where the folder of packs should be.
  const packs = join(repository.path, 'objects', 'pack')
  await rm(packs, { recursive: true, force: true })
  writeFileSync(packs, '')
  const tree = await repository.writeTree([])
  const ids = [1, 2, 3].map(timestamp =>
    repository.writeCommit({ tree, parents: [], author: { ...AUTHOR, timestamp }, message: 'x' }),
  )
  const update = { ref: MAIN, expected: null, target: await ids[0]! }
  await Promise.all(ids)
  await t.throwsAsync(repository.updateRefs([update], 'no room'), {
    code: 'unavailable',
    message: /nothing can be written/,
  })
  t.is(await repository.readRef(MAIN), undefined)
  await rm(packs)
  await repository.updateRefs([update], 'room again')
  const fsck = await run('git', ['fsck', '--full', '--strict'], repository.path)
  t.is(fsck.code, 0, fsck.stderr)
})
