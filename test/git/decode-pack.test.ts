import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import { decodePack } from '../../src/git/decode-pack.ts'
import { GitError } from '../../src/git/git-repository.ts'
import type { GitObject } from '../../src/git/object-format.ts'
import { encodePack } from '../../src/git/pack-file.ts'
import { run } from './git-server-fixture.ts'

const MANY = 100_000_000

/** A pack of git's own with deltas of both forms, and what its objects are. */
async function gitPack(...options: string[]): Promise<{ pack: Buffer; ids: string[]; folder: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-decode-'))
  await run('git', ['init', '--quiet'], folder)
  for (let version = 0; version < 12; version++) {
    mkdirSync(join(folder, 'apps'), { recursive: true })
    const lines = Array.from({ length: 400 }, (_, line) => `line ${line} ${line % 12 === version ? version : ''}`)
    writeFileSync(join(folder, 'apps', 'a.yaml'), lines.join('\n'))
    writeFileSync(join(folder, `file-${version}`), lines.slice(version * 10).join('\n'))
    await run('git', ['add', '.'], folder)
    await run('git', ['commit', '--quiet', '-m', `${version}`], folder)
  }
  const packed = await run('git', [...options, 'repack', '-adfq', '--depth=20'], folder)
  if (packed.code !== 0) throw new Error(packed.stderr)
  const packs = join(folder, '.git', 'objects', 'pack')
  const pack = readFileSync(join(packs, readdirSync(packs).find(name => name.endsWith('.pack'))!))
  const listed = await run('git', ['cat-file', '--batch-all-objects', '--batch-check=%(objectname)'], folder)
  return { pack, ids: listed.stdout.trim().split('\n'), folder }
}

test('packs of git come out whole, with deltas by offset and by id', async t => {
  for (const options of [
    ['-c', 'repack.useDeltaBaseOffset=true'],
    ['-c', 'repack.useDeltaBaseOffset=false'],
  ]) {
    const { pack, ids, folder } = await gitPack(...options)
    t.teardown(() => rmSync(folder, { recursive: true }))
    const objects = decodePack(pack, MANY)
    t.deepEqual([...objects.keys()].sort(), ids)
    t.throws(() => decodePack(pack, 10_000), { code: 'too-large' })
  }
})

test('our own packs come out as they went in', t => {
  const content = fc.uint8Array({ maxLength: 300 })
  fc.assert(
    fc.property(fc.uniqueArray(content, { selector: bytes => Buffer.from(bytes).toString('hex') }), contents => {
      const objects: GitObject[] = contents.map(bytes => ({ type: 'blob', content: Buffer.from(bytes) }))
      t.deepEqual([...decodePack(Buffer.from(encodePack(objects).pack), MANY).values()], objects)
    }),
    { numRuns: 50 },
  )
})

test('a damaged pack is an error, never a crash or an endless loop', async t => {
  const { pack, folder } = await gitPack()
  t.teardown(() => rmSync(folder, { recursive: true }))
  const check = (damaged: Buffer) => {
    try {
      decodePack(damaged, MANY)
    } catch (error) {
      t.true(error instanceof GitError, String(error))
    }
  }
  for (let cut = 0; cut < pack.length; cut += 97) check(pack.subarray(0, cut))
  fc.assert(
    fc.property(fc.nat(pack.length - 1), fc.nat(255), (at, byte) => {
      const damaged = Buffer.from(pack)
      damaged[at] = byte
      check(damaged)
    }),
    { numRuns: 200 },
  )
  t.pass()
})
