import test from 'ava'
import { RefConflict } from '../../src/git/git-repository.ts'
import type { GitOperation } from '../../src/git/memory-git-repository.ts'
import { createMemoryGitRepository, createMemoryGitStorage } from '../../src/git/memory-git-repository.ts'
import { AUTHOR, commitFiles, MAIN } from './scratch-repository.ts'

test('a person’s push between any two calls of the engine is never lost', async t => {
  const countCalls = async (pushAt: number) => {
    const storage = createMemoryGitStorage()
    const person = createMemoryGitRepository({ storage })
    let calls = 0
    const engine = createMemoryGitRepository({
      storage,
      faults: {
        async before() {
          if (calls++ === pushAt) await commitFiles(person, { person: 'was here' })
        },
      },
    })
    await commitFiles(person, { start: '' })
    await commitFiles(engine, { 'engine/a': '1' })
    const tip = await person.readCommit((await person.readRef(MAIN))!)
    const names = (await person.readTree(tip.tree)).map(entry => entry.name)
    t.true(names.includes('engine'), `push at ${pushAt}`)
    if (pushAt >= 0 && pushAt < calls) t.true(names.includes('person'), `push at ${pushAt}`)
    return calls
  }
  const calls = await countCalls(-1)
  t.true(calls >= 6)
  for (let pushAt = 0; pushAt < calls; pushAt++) await countCalls(pushAt)
})

test('a crash keeps what a ref update made durable and nothing else', async t => {
  const storage = createMemoryGitStorage()
  const operations: GitOperation[] = []
  const faults = {
    before: (operation: GitOperation) => void operations.push(operation),
    after: (operation: GitOperation) => {
      if (operation === 'updateRefs') throw new Error('answer lost')
    },
  }
  const first = createMemoryGitRepository({ storage, faults })
  await t.throwsAsync(commitFiles(first, { a: '1' }), { message: 'answer lost' })
  const unnamed = await first.writeBlob(Buffer.from('unnamed'))
  const second = createMemoryGitRepository({ storage })
  t.truthy(await second.readCommit((await second.readRef(MAIN))!))
  await t.throwsAsync(second.readBlob(unnamed, 100), { code: 'missing' })
  t.deepEqual(operations, ['readRef', 'writeBlob', 'writeTree', 'writeCommit', 'updateRefs', 'writeBlob'])
})

test('an update that conflicts moves nothing and loses no object', async t => {
  const repository = createMemoryGitRepository()
  const tree = await repository.writeTree([])
  const commit = await repository.writeCommit({ tree, parents: [], author: AUTHOR, message: 'x' })
  const update = { ref: MAIN, expected: commit, target: commit }
  await t.throwsAsync(repository.updateRefs([update], 'x'), { instanceOf: RefConflict })
  await repository.updateRefs([{ ...update, expected: null }], 'x')
  t.is(await repository.readRef(MAIN), commit)
})
