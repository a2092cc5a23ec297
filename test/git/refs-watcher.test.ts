import test from 'ava'
import { run } from './git-server-fixture.ts'
import { commitFiles, eventually, MAIN, scratchRepository } from './scratch-repository.ts'

test('refs are seen to move by whatever road', async t => {
  const repository = await scratchRepository(t)
  const first = await commitFiles(repository, { a: '1' })
  await commitFiles(repository, { a: '2' })
  let heard = 0
  const subscription = repository.onRefsChanged(() => heard++)
  const git = (...args: string[]) => run('git', args, repository.path)
  await eventually(async () => {
    await git('update-ref', 'refs/heads/warm-up', heard === 0 ? first : MAIN)
    return heard > 0
  })
  const roads: [name: string, args: string[]][] = [
    ['update-ref', ['update-ref', MAIN, first]],
    ['a new branch in a new folder', ['update-ref', 'refs/heads/deep/er/branch', first]],
    ['its deletion', ['update-ref', '-d', 'refs/heads/deep/er/branch']],
    ['a branch once more', ['branch', 'packed', first]],
    ['pack-refs', ['pack-refs', '--all']],
    ['a deletion in packed-refs', ['update-ref', '-d', 'refs/heads/packed']],
    ['a change of a packed one', ['update-ref', 'refs/heads/warm-up', first]],
  ]
  for (const [name, args] of roads) {
    await new Promise(resolve => setTimeout(resolve, 60))
    heard = 0
    const { code, stderr } = await git(...args)
    t.is(code, 0, stderr)
    t.true(await eventually(() => heard > 0), name)
  }
  t.is(await repository.readRef(MAIN), first)
  t.is(await repository.readRef('refs/heads/packed'), undefined)
  subscription.close()
})
