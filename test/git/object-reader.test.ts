import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { chmod, readdir, readFile, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { gitCommand } from '../../src/git/git-command.ts'
import { ObjectReader } from '../../src/git/object-reader.ts'
import { commitFiles, MAIN, RUNTIME, scratchRepository } from './scratch-repository.ts'

test('many objects at once come back each to its question, whatever their size', async t => {
  const repository = await scratchRepository(t)
  const files = Object.fromEntries(
    Array.from({ length: 300 }, (_, index) => [`f${index}`, `${index}`.repeat(index * 7)]),
  )
  const commit = await commitFiles(repository, files)
  const reader = new ObjectReader({ command: repository.command, repositoryPath: repository.path, ...RUNTIME })
  t.teardown(() => reader.close())
  const entries = await repository.readTree((await repository.readCommit(commit)).tree)
  const contents = await Promise.all(
    entries.map(async ({ id, name }) => {
      const limit = name === 'f299' ? 10 : 1_000_000
      return reader.read(id, limit).then(
        object => Buffer.from(object.content).toString(),
        error => error.code,
      )
    }),
  )
  for (const [index, { name }] of entries.entries()) {
    t.is(contents[index], name === 'f299' ? 'too-large' : files[name]!, name)
  }
})

test('a killed child is replaced and nothing asked is lost', async t => {
  const repository = await scratchRepository(t)
  const commit = await commitFiles(repository, { a: 'x'.repeat(100_000) })
  const reader = new ObjectReader({ command: repository.command, repositoryPath: repository.path, ...RUNTIME })
  t.teardown(() => reader.close())
  await reader.read(commit, 1_000)
  for (let round = 0; round < 5; round++) {
    const answers = Array.from({ length: 50 }, () => reader.read(commit, 10_000))
    for (const pid of catFilesOf(repository.path)) process.kill(pid, 'SIGKILL')
    for (const answer of answers) t.is((await answer).type, 'commit')
  }
})

function catFilesOf(path: string): number[] {
  return readdirSync('/proc')
    .filter(entry => /^\d+$/.test(entry))
    .filter(pid => {
      try {
        return (
          readlinkSync(`/proc/${pid}/exe`).includes('git') &&
          readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(path)
        )
      } catch {
        return false
      }
    })
    .map(Number)
}

test('a damaged object is named as such and the others stay readable', async t => {
  const repository = await scratchRepository(t)
  const loose = await repository.writeBlob(Buffer.from('loose'))
  const good = await commitFiles(repository, { a: '1' })
  const blob = await repository.writeBlob(Buffer.from('one, loose'))
  await repository.updateRefs([{ ref: 'refs/tags/x', expected: null, target: blob }], 'one object')
  const file = join(repository.path, 'objects', blob.slice(0, 2), blob.slice(2))
  await chmod(file, 0o600)
  await truncate(file, 5)
  await t.throwsAsync(repository.readBlob(blob, 1_000), { name: 'GitError', code: 'corrupt' })
  const folder = join(repository.path, 'objects', 'pack')
  const pack = join(folder, (await readdir(folder)).find(name => name.endsWith('.pack'))!)
  const bytes = await readFile(pack)
  await chmod(pack, 0o600)
  await writeFile(pack, bytes.fill(0x55, 12, 20))
  await t.throwsAsync(repository.readBlob(loose, 1_000), { name: 'GitError', code: 'corrupt' })
  t.is((await repository.readCommit(good)).id, good)
})

test('without git, reading fails with a sentence', async t => {
  const repository = await scratchRepository(t)
  await commitFiles(repository, { a: '1' })
  const command = gitCommand(repository.path, '/nonexistent/git')
  const reader = new ObjectReader({ command, repositoryPath: repository.path, ...RUNTIME })
  const id = (await repository.readRef(MAIN))!
  await t.throwsAsync(reader.read(id, 1_000), { code: 'unavailable' })
  reader.close()
  await t.throwsAsync(reader.read(id, 1_000), { code: 'unavailable' })
})
