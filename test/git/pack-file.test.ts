import fs, { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { readObject } from 'isomorphic-git'
import type { GitObject } from '../../src/git/object-format.ts'
import { encodeTree, hashObject } from '../../src/git/object-format.ts'
import { encodePack } from '../../src/git/pack-file.ts'
import { run } from './git-server-fixture.ts'

test('two other implementations of Git read our packs', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-pack-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  await run('git', ['init', '--quiet', '--bare'], folder)
  const objects: GitObject[] = [0, 1, 15, 16, 17, 2_047, 2_048, 300_000].map(length => ({
    type: 'blob',
    content: Buffer.alloc(length, `${length} bytes; `),
  }))
  objects.push({ type: 'tree', content: encodeTree([{ mode: '100644', name: 'x', id: hashObject(objects[0]!) }]) })
  const { name, pack, index } = encodePack(objects)
  const packs = join(folder, 'objects', 'pack')
  mkdirSync(packs, { recursive: true })
  writeFileSync(join(packs, `pack-${name}.pack`), pack)
  writeFileSync(join(packs, `pack-${name}.idx`), index)
  const verified = await run('git', ['verify-pack', '-v', join(packs, `pack-${name}.idx`)], folder)
  t.is(verified.code, 0, verified.stderr)
  t.is((await run('git', ['fsck', '--full', '--strict'], folder)).code, 0)
  for (const object of objects) {
    const read = await readObject({ fs, gitdir: folder, oid: hashObject(object), format: 'content' })
    t.is(read.type as string, object.type)
    t.deepEqual(Buffer.from(read.object as Uint8Array), Buffer.from(object.content))
  }
})
