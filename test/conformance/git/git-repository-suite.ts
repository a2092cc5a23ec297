import { execFileSync } from 'node:child_process'
import type { ExecutionContext, TestFn } from 'ava'
import { mergeBase } from '../../../src/git/commit-ancestry.ts'
import { commitOnRef } from '../../../src/git/commit-on-ref.ts'
import { diffTrees } from '../../../src/git/diff-trees.ts'
import type { GitRepository, ObjectId, Signature, TreeEntry } from '../../../src/git/git-repository.ts'
import { RefConflict } from '../../../src/git/git-repository.ts'
import { readNote, writeNotes } from '../../../src/git/notes.ts'
import { readFileAt, readPath } from '../../../src/git/tree-path.ts'
import { walkTree } from '../../../src/git/walk-tree.ts'
import { writeFiles } from '../../../src/git/write-files.ts'

/** What every GitRepository must do. `open` gives an empty repository, removed at the end of the test. */
export function gitRepositorySuite(
  test: TestFn,
  open: (t: ExecutionContext, name: string) => Promise<GitRepository>,
): void {
  test('ids are those of git hash-object', async t => {
    const repository = await open(t, 'ids')
    t.is(await repository.writeBlob(bytes('')), 'e69de29bb2d1d6434b8b29ae775ad8c2e48c5391')
    t.is(await repository.writeTree([]), '4b825dc642cb6eb9a060e54bf8d69288fbee4904')
    const content = 'kind: Pod\n'
    const expected = execFileSync('git', ['hash-object', '--stdin'], { input: content }).toString().trim()
    t.is(await repository.writeBlob(bytes(content)), expected)
  })

  test('objects come back as written, before and after a ref made them durable', async t => {
    const repository = await open(t, 'objects')
    const blob = await repository.writeBlob(bytes('hello\n'))
    const inner = await repository.writeTree([file('a', blob), file('a.b', blob), file('ü', blob)])
    const tree = await repository.writeTree([
      file('a.txt', blob),
      { mode: '040000', name: 'a', id: inner },
      { mode: '120000', name: 'link', id: blob },
      { mode: '160000', name: 'module', id: 'a'.repeat(40) },
      { mode: '100755', name: 'a-run', id: blob },
    ])
    const commit = await repository.writeCommit({
      tree,
      parents: [],
      author: { name: 'Ada <x>', email: 'ada@example.com', timestamp: 1_700_000_000, offsetMinutes: -90 },
      message: 'First\n\nWith a body',
    })
    for (const moved of [false, true]) {
      if (moved) await repository.updateRefs([{ ref: MAIN, expected: null, target: commit }], 'first')
      t.is(Buffer.from(await repository.readBlob(blob, 6)).toString(), 'hello\n')
      t.deepEqual(
        (await repository.readTree(tree)).map(entry => [entry.mode, entry.name]),
        [
          ['100755', 'a-run'],
          ['100644', 'a.txt'],
          ['040000', 'a'],
          ['120000', 'link'],
          ['160000', 'module'],
        ],
      )
      const read = await repository.readCommit(commit)
      t.like(read, { id: commit, tree, message: 'First\n\nWith a body\n' })
      t.deepEqual(read.parents, [])
      t.deepEqual(read.author, {
        name: 'Ada  x',
        email: 'ada@example.com',
        timestamp: 1_700_000_000,
        offsetMinutes: -90,
      })
    }
  })

  test('what is not there, is too large or of another type is an error that says so', async t => {
    const repository = await open(t, 'errors')
    const blob = await repository.writeBlob(new Uint8Array(100_000))
    const commit = await commitFiles(repository, { 'big.bin': new Uint8Array(100_000), 'small.txt': 'x' })
    await t.throwsAsync(repository.readBlob(blob, 99_999), { name: 'GitError', code: 'too-large' })
    t.is((await repository.readBlob(blob, 100_000)).length, 100_000)
    await t.throwsAsync(repository.readTree(blob), { name: 'GitError', code: 'wrong-type' })
    await t.throwsAsync(repository.readBlob(commit, 1_000), { name: 'GitError', code: 'wrong-type' })
    await t.throwsAsync(repository.readCommit('1'.repeat(40)), { name: 'GitError', code: 'missing' })
    await t.throwsAsync(repository.writeTree([file('..', blob)]), { name: 'GitError', code: 'invalid' })
    await t.throwsAsync(repository.writeTree([file('.GIT', blob)]), { name: 'GitError', code: 'invalid' })
    await t.throwsAsync(repository.writeTree([file('x', blob), file('x', blob)]), { name: 'GitError', code: 'invalid' })
  })

  test('a ref moves only from where it was said to be', async t => {
    const repository = await open(t, 'refs')
    const [one, two] = [await bareCommit(repository, 'one'), await bareCommit(repository, 'two')]
    t.is(await repository.readRef(MAIN), undefined)
    await repository.updateRefs([{ ref: MAIN, expected: null, target: one }], 'create')
    t.is(await repository.readRef(MAIN), one)
    const conflicts = [
      { ref: MAIN, expected: null, target: two },
      { ref: MAIN, expected: two, target: one },
      { ref: MAIN, expected: null, target: null },
      { ref: MAIN, expected: two, target: null },
      { ref: 'refs/heads/other', expected: one, target: two },
    ]
    for (const update of conflicts) {
      await t.throwsAsync(repository.updateRefs([update], 'conflict'), { instanceOf: RefConflict })
    }
    t.is(await repository.readRef(MAIN), one)
    await repository.updateRefs([{ ref: MAIN, expected: one, target: two }], 'move')
    await repository.updateRefs([{ ref: 'refs/heads/other', expected: null, target: null }], 'verify absence')
    t.is(await repository.readRef(MAIN), two)
    await repository.updateRefs([{ ref: MAIN, expected: two, target: null }], 'delete')
    t.is(await repository.readRef(MAIN), undefined)
  })

  test('several refs move together or not at all', async t => {
    const repository = await open(t, 'transaction')
    const [one, two] = [await bareCommit(repository, 'one'), await bareCommit(repository, 'two')]
    await repository.updateRefs(
      [
        { ref: MAIN, expected: null, target: one },
        { ref: 'refs/pintle/keep/1', expected: null, target: one },
        { ref: 'refs/heads/pintle/deployed/hello', expected: null, target: one },
      ],
      'all',
    )
    await t.throwsAsync(
      repository.updateRefs(
        [
          { ref: 'refs/heads/pintle/deployed/hello', expected: one, target: two },
          { ref: MAIN, expected: two, target: two },
        ],
        'one of them wrong',
      ),
      { instanceOf: RefConflict },
    )
    t.deepEqual(await repository.listRefs('refs/heads/'), [
      { ref: MAIN, target: one },
      { ref: 'refs/heads/pintle/deployed/hello', target: one },
    ])
    t.deepEqual(await repository.listRefs('refs/heads/pintle/deployed/'), [
      { ref: 'refs/heads/pintle/deployed/hello', target: one },
    ])
    t.is((await repository.listRefs('refs/')).length, 3)
    t.deepEqual(await repository.listRefs('refs/heads/ma'), [{ ref: MAIN, target: one }])
    t.deepEqual(await repository.listRefs('refs/tags/'), [])
  })

  test('a ref that cannot exist is refused', async t => {
    const repository = await open(t, 'names')
    const one = await bareCommit(repository, 'one')
    const tree = (await repository.readCommit(one)).tree
    for (const ref of ['main', 'refs/heads/..', 'refs/heads/a b', 'refs/heads/x.lock', '--all', 'refs/heads/a\nb']) {
      await t.throwsAsync(
        repository.updateRefs([{ ref, expected: null, target: one }], 'bad'),
        { code: 'invalid' },
        ref,
      )
      t.is(await repository.readRef(ref), undefined)
    }
    await repository.updateRefs([{ ref: MAIN, expected: null, target: one }], 'good')
    const below = { ref: `${MAIN}/below`, expected: null, target: one }
    await t.throwsAsync(repository.updateRefs([below], 'below a ref'), { code: 'invalid' })
    const missing = { ref: 'refs/heads/x', expected: null, target: '1'.repeat(40) }
    await t.throwsAsync(repository.updateRefs([missing], 'nothing there'), { code: 'missing' })
    const aTree = { ref: 'refs/heads/x', expected: null, target: tree }
    await t.throwsAsync(repository.updateRefs([aTree], 'not a commit'), { code: 'wrong-type' })
    const twice = { ref: 'refs/heads/y', expected: null, target: one }
    await t.throwsAsync(repository.updateRefs([twice, twice], 'twice'), { code: 'invalid' })
  })

  test('ancestry and history follow parents, never dates', async t => {
    const repository = await open(t, 'ancestry')
    const root = await bareCommit(repository, 'root', [], 2_000_000_000)
    const left = await bareCommit(repository, 'left', [root], 5)
    const right = await bareCommit(repository, 'right', [root], 1_900_000_000)
    const merge = await bareCommit(repository, 'merge', [left, right], 1)
    const alone = await bareCommit(repository, 'alone')
    for (const commit of [root, left, right, merge]) t.true(await repository.isAncestor(commit, merge))
    t.true(await repository.isAncestor(root, root))
    t.false(await repository.isAncestor(merge, root))
    t.false(await repository.isAncestor(left, right))
    t.false(await repository.isAncestor(alone, merge))
    t.deepEqual(
      (await repository.history(merge, 10)).map(commit => commit.id),
      [merge, left, root],
    )
    t.is((await repository.history(merge, 2)).length, 2)
    t.is(await mergeBase(repository, left, right), root)
    t.is(await mergeBase(repository, merge, right), right)
    t.is(await mergeBase(repository, alone, right), undefined)
  })

  test('files are read, walked, compared and written by path', async t => {
    const repository = await open(t, 'files')
    const first = (
      await repository.readCommit(
        await commitFiles(repository, {
          'README.md': 'hi',
          'apps/hello/a.yaml': 'a',
          'apps/hello/b.yaml': 'b',
          'x/y/z': 'z',
        }),
      )
    ).tree
    t.is(await text(repository, first, 'apps/hello/a.yaml'), 'a')
    t.is(await readPath(repository, first, 'apps/nothing/a.yaml'), undefined)
    t.is((await readPath(repository, first, 'apps'))?.mode, '040000')
    await t.throwsAsync(readPath(repository, first, '../etc/passwd'), { code: 'invalid' })
    const second = await writeFiles(
      repository,
      first,
      new Map<string, Uint8Array | null>([
        ['apps/hello/a.yaml', bytes('A')],
        ['apps/greeter/c.yaml', bytes('c')],
        ['x/y/z', null],
        ['not/there', null],
      ]),
    )
    const changes = await diffTrees(repository, first, second)
    t.deepEqual(
      changes.map(({ path, before, after }) => [path, before !== undefined, after !== undefined]),
      [
        ['apps/greeter/c.yaml', false, true],
        ['apps/hello/a.yaml', true, true],
        ['x/y/z', true, false],
      ],
    )
    const paths: string[] = []
    const walked = walkTree(repository, second, { enter: path => path !== 'apps/hello' })
    for await (const { path } of walked) paths.push(path)
    t.deepEqual(paths, ['README.md', 'apps/greeter/c.yaml'])
    // A directory of an older commit is put back whole, by its id.
    const old = (await readPath(repository, first, 'apps/hello'))!
    const restored = await writeFiles(repository, second, new Map([['apps/hello', old]]))
    t.is(await text(repository, restored, 'apps/hello/a.yaml'), 'a')
    t.is(await text(repository, restored, 'apps/greeter/c.yaml'), 'c')
    const limited = walkTree(repository, second, { limits: { entriesMax: 2 } })
    await t.throwsAsync(
      async () => {
        for await (const { path } of limited) t.is(path, 'README.md')
      },
      { code: 'too-large' },
    )
    await t.throwsAsync(writeFiles(repository, first, new Map([['a/../b', bytes('x')]])), { code: 'invalid' })
    const twice = new Map([
      ['p/q', bytes('x')],
      ['p', bytes('x')],
    ])
    await t.throwsAsync(writeFiles(repository, first, twice), { code: 'invalid' })
  })

  test('writers that commit to one ref at the same time lose nothing', async t => {
    const repository = await open(t, 'concurrent')
    const writers = Array.from({ length: 6 }, (_, writer) =>
      commitOnRef(repository, {
        ref: MAIN,
        author: AUTHOR,
        message: `Writer ${writer}`,
        makeTree: tip => writeFiles(repository, tip?.tree, new Map([[`file-${writer}`, bytes(`${writer}`)]])),
      }),
    )
    const results = await Promise.all(writers)
    t.true(results.every(result => result.changed))
    const tip = (await repository.readRef(MAIN))!
    t.is((await repository.history(tip, 100)).length, 6)
    t.is((await repository.readTree((await repository.readCommit(tip)).tree)).length, 6)
    const again = await commitOnRef(repository, {
      ref: MAIN,
      author: AUTHOR,
      message: 'Nothing new',
      makeTree: async commit => commit?.tree,
    })
    t.deepEqual(again, { commit: tip, changed: false })
  })

  test('a commit gives up after its attempts when the ref moves every time', async t => {
    const repository = await open(t, 'attempts')
    let calls = 0
    const endless = commitOnRef(repository, {
      ref: MAIN,
      author: AUTHOR,
      message: 'Too late',
      attempts: 3,
      async makeTree(tip) {
        const other = await bareCommit(repository, `other ${calls++}`, tip === undefined ? [] : [tip.id])
        await repository.updateRefs([{ ref: MAIN, expected: tip?.id ?? null, target: other }], 'a push')
        return writeFiles(repository, tip?.tree, new Map([['late', bytes('late')]]))
      },
    })
    await t.throwsAsync(endless, { instanceOf: RefConflict })
    t.is(calls, 3)
    t.is((await repository.history((await repository.readRef(MAIN))!, 10)).length, 3)
  })

  test('notes are added, replaced and removed', async t => {
    const repository = await open(t, 'notes')
    const [one, two] = [await bareCommit(repository, 'one'), await bareCommit(repository, 'two')]
    t.is(await readNote(repository, one), undefined)
    await writeNotes(repository, new Map([[one, 'hello: Healthy']]), AUTHOR)
    await writeNotes(
      repository,
      new Map([
        [one, 'hello: Degraded'],
        [two, 'greeter: Healthy'],
      ]),
      AUTHOR,
    )
    t.is(await readNote(repository, one), 'hello: Degraded\n')
    t.is(await readNote(repository, two), 'greeter: Healthy\n')
    const tip = await repository.readRef('refs/notes/pintle')
    await writeNotes(repository, new Map([[two, 'greeter: Healthy']]), AUTHOR)
    t.is(await repository.readRef('refs/notes/pintle'), tip)
    await writeNotes(repository, new Map([[one, undefined]]), AUTHOR)
    t.is(await readNote(repository, one), undefined)
    t.is(await readNote(repository, two), 'greeter: Healthy\n')
  })

  test('listeners hear of moved refs until they are closed', async t => {
    const repository = await open(t, 'listeners')
    let heard = 0
    const subscription = repository.onRefsChanged(() => heard++)
    const one = await bareCommit(repository, 'one')
    await repository.updateRefs([{ ref: MAIN, expected: null, target: one }], 'create')
    t.true(heard >= 1)
    subscription.close()
    const before = heard
    await repository.updateRefs([{ ref: MAIN, expected: one, target: null }], 'delete')
    t.is(heard, before)
  })
}

const MAIN = 'refs/heads/main'
const AUTHOR: Signature = { name: 'Ada', email: 'ada@example.com', timestamp: 1_700_000_000, offsetMinutes: 0 }

function bytes(content: string): Uint8Array {
  return Buffer.from(content)
}

function file(name: string, id: ObjectId): TreeEntry {
  return { mode: '100644', name, id }
}

async function text(repository: GitRepository, tree: ObjectId, path: string): Promise<string | undefined> {
  const content = await readFileAt(repository, tree, path, 1_000)
  return content && Buffer.from(content).toString()
}

async function bareCommit(repository: GitRepository, message: string, parents: ObjectId[] = [], timestamp = 1) {
  const tree = await repository.writeTree([])
  return repository.writeCommit({ tree, parents, author: { ...AUTHOR, timestamp }, message })
}

async function commitFiles(repository: GitRepository, files: Record<string, string | Uint8Array>): Promise<ObjectId> {
  const changes = Object.entries(files).map(([path, content]) => [path, Buffer.from(content as string)] as const)
  const result = await commitOnRef(repository, {
    ref: MAIN,
    author: AUTHOR,
    message: 'Files',
    makeTree: tip => writeFiles(repository, tip?.tree, new Map(changes)),
  })
  return result.commit!
}
