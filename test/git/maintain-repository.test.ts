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
