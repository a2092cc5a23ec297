import { randomBytes } from 'node:crypto'
import test from 'ava'
import type { GitRepository } from '../../src/git/git-repository.ts'
import { readFileAt } from '../../src/git/tree-path.ts'
import { startGitServer } from './git-server-fixture.ts'
import { MAIN } from './scratch-repository.ts'

test('a push is seen before it lands together with what landed, small or large; nothing can be written', async t => {
  const seen: string[] = []
  const server = await startGitServer(t, {
    async preReceive({ updates }, objects: GitRepository) {
      const old = updates[0]!.old
      const pushed = updates[0]!.new!
      const { tree, parents } = await objects.readCommit(pushed)
      for (const path of ['apps/a.yaml', 'apps/b.yaml', 'big']) {
        const content = await readFileAt(objects, tree, path, 10_000_000)
        if (content !== undefined) seen.push(`${path}: ${content.length}`)
      }
      if (old !== undefined) {
        t.true(await objects.isAncestor(old, pushed))
        t.false(await objects.isAncestor(pushed, old))
        t.is((await objects.readCommit(old)).id, parents[0]!)
        t.is((await objects.history(pushed, 10)).length, 2)
        const blob = (await objects.readTree(tree))[0]!.id
        await t.throwsAsync(objects.readCommit(blob), { code: 'wrong-type' })
        await t.throwsAsync(objects.readBlob((await objects.readTree(tree)).at(-1)!.id, 1), { name: 'GitError' })
      }
      await t.throwsAsync(objects.readBlob('1'.repeat(40), 1), { code: 'missing' })
      await t.throwsAsync(objects.writeBlob(Buffer.from('x')), { code: 'invalid' })
      await t.throwsAsync(objects.updateRefs([], 'x'), { code: 'invalid' })
      t.is(await objects.readRef(MAIN), old)
      return { accepted: true }
    },
  })
  const clone = await server.clone('person')
  await clone.commit({ 'apps/a.yaml': 'a', 'apps/b.yaml': 'bb' })
  t.is((await clone.git('push', 'origin', 'main')).code, 0)
  await clone.commit({ big: randomBytes(1_000_000) })
  const pushed = await clone.git('push', 'origin', 'main')
  t.is(pushed.code, 0, pushed.stderr)
  t.deepEqual(seen, ['apps/a.yaml: 1', 'apps/b.yaml: 2', 'apps/a.yaml: 1', 'apps/b.yaml: 2', 'big: 1000000'])
})
