import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import fc from 'fast-check'
import type { TreeEntry } from '../../src/git/git-repository.ts'
import type { GitObject } from '../../src/git/object-format.ts'
import {
  decodeCommit,
  decodeTree,
  encodeCommit,
  encodeTree,
  hashObject,
  isTreeEntryName,
} from '../../src/git/object-format.ts'
import { PERSON } from './git-server-fixture.ts'

const ID = 'a'.repeat(40)
const MODES = ['100644', '100755', '120000', '040000', '160000'] as const

const entries = fc.uniqueArray(
  fc.record({
    mode: fc.constantFrom(...MODES),
    name: fc.string({ unit: 'binary', minLength: 1, maxLength: 12 }).filter(isTreeEntryName),
    id: fc.constant(ID),
  }),
  { selector: entry => entry.name, maxLength: 20 },
)

test('a tree comes back from its bytes, and system git takes them', t => {
  const folder = mkdtempSync(join(tmpdir(), 'pintle-format-'))
  t.teardown(() => rmSync(folder, { recursive: true }))
  const git = (args: string[], input: Uint8Array | string = '') =>
    execFileSync('git', args, { cwd: folder, input, env: PERSON }).toString().trim()
  git(['init', '--quiet'])
  fc.assert(
    fc.property(entries, generated => {
      const content = encodeTree(generated)
      const decoded = decodeTree(ID, content)
      t.deepEqual(byName(decoded), byName(generated))
      t.deepEqual(encodeTree(decoded.toReversed()), content)
      const object: GitObject = { type: 'tree', content }
      t.is(git(['hash-object', '-t', 'tree', '--stdin'], content), hashObject(object))
    }),
    { numRuns: 40 },
  )
})

function byName(tree: readonly TreeEntry[]): TreeEntry[] {
  return tree.toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

test('a file name that is not UTF-8 survives its tree being rewritten', t => {
  const name = Buffer.from([0x61, 0xff, 0xc3, 0x28])
  const content = Buffer.concat([Buffer.from('100644 '), name, Buffer.from([0]), Buffer.from(ID, 'hex')])
  const decoded = decodeTree(ID, content)
  t.is(decoded.length, 1)
  t.deepEqual(Buffer.from(encodeTree(decoded)), content)
})

test('damaged trees and commits are said to be so', t => {
  const content = encodeTree([{ mode: '100644', name: 'file', id: ID }])
  for (let length = 1; length < content.length; length++) {
    t.throws(() => decodeTree(ID, content.subarray(0, length)), { code: 'corrupt' })
  }
  t.throws(() => decodeTree(ID, Buffer.from(`999 x\0${'x'.repeat(20)}`)), { code: 'corrupt' })
  t.throws(() => decodeCommit(ID, Buffer.from('nothing')), { code: 'corrupt' })
})

test('old permission bits mean executable or not', t => {
  const entry = (mode: string) => Buffer.concat([Buffer.from(`${mode} x\0`), Buffer.from(ID, 'hex')])
  t.is(decodeTree(ID, entry('100664'))[0]!.mode, '100644')
  t.is(decodeTree(ID, entry('100775'))[0]!.mode, '100755')
  t.is(decodeTree(ID, entry('40000'))[0]!.mode, '040000')
})

test('a commit comes back from its bytes; nobody can smuggle a header into it', t => {
  const author = { name: 'A <evil>\ncommitter X', email: 'a@b>\n', timestamp: 12.7, offsetMinutes: -330 }
  const content = encodeCommit({ tree: ID, parents: [ID], author, message: 'Title\0\n\nBody' })
  t.deepEqual(decodeCommit(ID, content), {
    id: ID,
    tree: ID,
    parents: [ID],
    author: { name: 'A  evil committer X', email: 'a@b', timestamp: 12, offsetMinutes: -330 },
    committer: { name: 'A  evil committer X', email: 'a@b', timestamp: 12, offsetMinutes: -330 },
    message: 'Title\n\nBody\n',
  })
  t.throws(() => encodeCommit({ tree: 'x', parents: [], author, message: '' }), { code: 'invalid' })
})

test('a signed commit in another encoding, and one with a senseless date, are read', t => {
  const lines = [`tree ${ID}`, 'author M\u00fcller <m@x> 99999999999999999 +0000', 'committer M <m@x> -5 +0100']
  const signature = ['encoding ISO-8859-1', 'gpgsig -----BEGIN', ' tree evil', ' -----END']
  const commit = decodeCommit(ID, Buffer.from(`${[...lines, ...signature].join('\n')}\n\n\u00fc\n`, 'latin1'))
  t.is(commit.message, '\u00fc\n')
  t.is(commit.author.timestamp, 0)
  t.deepEqual(commit.committer, { name: 'M', email: 'm@x', timestamp: -5, offsetMinutes: 60 })
})
