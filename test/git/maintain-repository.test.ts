import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import test from 'ava'
import { maintainRepository } from '../../src/git/maintain-repository.ts'
import { run } from './git-server-fixture.ts'
import { commitFiles, MAIN, RUNTIME, scratchRepository } from './scratch-repository.ts'

test('many commits stay few packs, while commits go on; all of it stays readable', async t => {
  const repository = await scratchRepository(t)
  let count = 0
  const commit = async (times: number) => {
    for (let index = 0; index < times; index++, count++)
      await commitFiles(repository, { [`apps/a${count % 9}/x`]: `${count}` })
  }
  await commit(5)
  t.deepEqual(await maintainRepository(repository, 'light', RUNTIME), { packsBefore: 5, packsAfter: 5 })
  await commit(40)
  const [light] = await Promise.all([maintainRepository(repository, 'light', RUNTIME), commit(10)])
  t.true(light.packsBefore >= 40)
  t.true(light.packsAfter <= 15, `${light.packsAfter}`)
  const [full] = await Promise.all([maintainRepository(repository, 'full', RUNTIME), commit(10)])
  t.true(full.packsAfter <= 12, `${full.packsAfter}`)
  const tip = (await repository.readRef(MAIN))!
  t.is((await repository.history(tip, 1_000)).length, count)
  t.deepEqual((await repository.listRefs('refs/heads/')).length, 1)
  const fsck = await run('git', ['fsck', '--full', '--strict'], repository.path)
  t.is(fsck.code, 0, fsck.stderr)
})

test('the refs that keep rollouts become lines of one file once they are many', async t => {
  const repository = await scratchRepository(t)
  const commit = await commitFiles(repository, { a: '1' })
  const refs = Array.from({ length: 600 }, (_, index) => `refs/pintle/keep/${index}`)
  await repository.updateRefs(
    refs.map(ref => ({ ref, expected: null, target: commit })),
    'keep',
  )
  await maintainRepository(repository, 'light', RUNTIME)
  t.is((await readdir(join(repository.path, 'refs/pintle/keep')).catch(() => [])).length, 0)
  t.is((await repository.listRefs('refs/pintle/keep/')).length, 600)
  await repository.updateRefs([{ ref: refs[0]!, expected: commit, target: null }], 'forget')
  t.is(await repository.readRef(refs[0]!), undefined)
  t.is((await repository.listRefs('refs/')).length, 600)
})
