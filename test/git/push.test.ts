import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFile, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import test from 'ava'
import { commitOnRef } from '../../src/git/commit-on-ref.ts'
import type { Push } from '../../src/git/push-gate.ts'
import { findPush } from '../../src/git/pushes-log.ts'
import { readFileAt } from '../../src/git/tree-path.ts'
import { writeFiles } from '../../src/git/write-files.ts'
import { skipUnless, whyNoStrace } from '../skip-unless.ts'
import { PERSON, run, startGitServer } from './git-server-fixture.ts'

const MAIN = 'refs/heads/main'

test('a push by path shows the gate its quarantined objects, prints its lines and is recorded', async t => {
  const pushes: Push[] = []
  const server = await startGitServer(t, {
    async preReceive(push, objects, print) {
      pushes.push(push)
      const commit = await objects.readCommit(push.updates[0]!.new!)
      print(`plan: ${Buffer.from((await readFileAt(objects, commit.tree, 'apps/a.yaml', 100))!)}`)
      t.is(await server.repository.readRef(MAIN), undefined)
      return { accepted: true }
    },
    async postReceive(push, print) {
      t.is(await server.repository.readRef(MAIN), push.updates[0]!.new)
      print('hello: Healthy \u001b[31m')
    },
  })
  const clone = await server.clone('person')
  const commit = await clone.commit({ 'apps/a.yaml': 'kind: Pod' })
  const { code, stderr } = await clone.git('push', '-o', 'wait=10s', 'origin', 'main')
  t.is(code, 0, stderr)
  t.regex(stderr, /remote: plan: kind: Pod\s/)
  t.regex(stderr, /remote: hello: Healthy \\x1b\[31m/)
  t.is(await server.repository.readRef(MAIN), commit)
  t.like(pushes[0], { options: ['wait=10s'], updates: [{ ref: MAIN, old: undefined, new: commit }] })
  t.regex(pushes[0]!.pusher, /^local:/)
  t.like(await findPush(server.pushesLogPath, commit, MAIN), { pusher: pushes[0]!.pusher, ref: MAIN, new: commit })
})

test('a push by HTTP is its user’s, whoever wrote the commit', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person', server.url)
  const commit = await clone.commit({ 'apps/a.yaml': 'x'.repeat(3_000_000) })
  const pushed = await clone.git('push', 'origin', 'main')
  t.is(pushed.code, 0, pushed.stderr)
  t.is((await findPush(server.pushesLogPath, commit))?.pusher, 'ada')
  const second = await server.clone('second', server.url)
  t.is((await second.git('rev-parse', 'origin/main')).stdout.trim(), commit)
})

test('a refused push lands nothing and leaves no objects', async t => {
  const server = await startGitServer(t, {
    async preReceive(_push, _objects, print) {
      print('apps/a.yaml:3: spec.replicas: must be a number\nremedy: write 3')
      return { accepted: false }
    },
  })
  for (const [index, remote] of [server.repository.path, server.url].entries()) {
    const clone = await server.clone(`person-${index}`, remote)
    const commit = await clone.commit({ 'apps/a.yaml': remote })
    const { code, stderr } = await clone.git('push', 'origin', 'main')
    t.not(code, 0)
    t.regex(stderr, /remote: apps\/a\.yaml:3: spec\.replicas: must be a number\s+remote: remedy: write 3/)
    t.is(await server.repository.readRef(MAIN), undefined)
    await t.throwsAsync(server.repository.readCommit(commit), { code: 'missing' })
    t.is(await findPush(server.pushesLogPath, commit), undefined)
  }
})

test('main is never deleted or rewound, and the engine’s refs are its own; proposals are free', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person')
  const first = await clone.commit({ a: '1' })
  await clone.commit({ a: '2' })
  await clone.git('push', 'origin', 'main')
  const refused: [string[], RegExp][] = [
    [['push', '--force', 'origin', `${first}:${MAIN}`], /remote: main only moves forward.*git pull --rebase/s],
    [['push', 'origin', ':main'], /remote: main cannot be deleted/],
    [
      ['push', 'origin', 'HEAD:refs/heads/pintle/status'],
      /remote: The branch pintle\/status is written by Pintle alone/,
    ],
    [['push', 'origin', 'HEAD:refs/notes/pintle'], /remote: refs\/notes\/pintle is written by Pintle alone/],
    [['push', 'origin', 'HEAD:refs/pintle/keep/x'], /Pintle alone|hidden ref/],
    [['push', 'origin', 'HEAD:refs/changes/1'], /remote: refs\/changes\/1 is neither a branch nor a tag/],
  ]
  await server.stopEngine()
  for (const running of [false, true]) {
    if (running) await server.startEngine()
    for (const [args, sentence] of refused) {
      const { code, stderr } = await clone.git(...args)
      t.not(code, 0, args.join(' '))
      t.regex(stderr, sentence, args.join(' '))
    }
  }
  t.is((await server.repository.listRefs('refs/')).length, 1)
  for (const args of [['HEAD:topic'], ['--force', `${first}:refs/heads/topic`], [':topic'], ['HEAD:refs/tags/v1']]) {
    const { code, stderr } = await clone.git('push', 'origin', ...args)
    t.is(code, 0, stderr)
  }
})

test('main cannot be deleted even with the hooks skipped', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person')
  const commit = await clone.commit({ a: '1' })
  const skip = '--receive-pack=git -c core.hooksPath=/dev/null receive-pack'
  const pushed = await clone.git('push', skip, 'origin', 'main')
  t.is(pushed.code, 0, pushed.stderr)
  t.is(await server.repository.readRef(MAIN), commit)
  t.is(await findPush(server.pushesLogPath, commit), undefined)
  t.not((await clone.git('push', skip, 'origin', ':main')).code, 0)
  t.is(await server.repository.readRef(MAIN), commit)
})

test('engine stopped: the push lands and says so; its objects survive and it is recorded', async t => {
  const server = await startGitServer(t)
  await server.stopEngine()
  const clone = await server.clone('person')
  const commit = await clone.commit({ a: '1' })
  // A variable of a person's shell is no identity.
  const { code, stderr } = await run('env', ['REMOTE_USER=mallory', 'git', 'push', 'origin', 'main'], clone.path)
  t.is(code, 0, stderr)
  t.regex(stderr, /remote: Pintle is not running\. The push lands; it will be planned when Pintle starts\./)
  t.is(await server.repository.readRef(MAIN), commit)
  t.regex((await findPush(server.pushesLogPath, commit))!.pusher, /^local:(?!mallory)/)
})

test('engine not answering: refused after ten seconds', async t => {
  const server = await startGitServer(t)
  await server.stopEngine()
  const deaf = createServer(() => {})
  await new Promise<void>(resolve => deaf.listen(server.socketPath, resolve))
  t.teardown(() => deaf.close())
  const clone = await server.clone('person')
  await clone.commit({ a: '1' })
  const begun = Date.now()
  const { code, stderr } = await clone.git('push', 'origin', 'main')
  t.not(code, 0)
  t.regex(stderr, /remote: Pintle did not answer within 10 s, so nothing landed/)
  t.true(Date.now() - begun < 30_000)
  t.is(await server.repository.readRef(MAIN), undefined)
})

test('whatever else answers on the socket is no verdict', async t => {
  const server = await startGitServer(t)
  await server.stopEngine()
  const stranger = createServer(socket => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  await new Promise<void>(resolve => stranger.listen(server.socketPath, resolve))
  t.teardown(() => stranger.close())
  const clone = await server.clone('person')
  await clone.commit({ a: '1' })
  const { code, stderr } = await clone.git('push', 'origin', 'main')
  t.not(code, 0)
  t.regex(stderr, /remote: Pintle stopped while it looked at this push, so nothing landed/)
  t.notRegex(stderr, /SyntaxError|at .*\.js/)
})

test('a gate that fails or hangs refuses with a sentence; one that waits too long after landing does not hold the push', async t => {
  let mode = 'throw'
  const server = await startGitServer(t, {
    async preReceive() {
      if (mode === 'throw') throw new Error('secret detail')
      return { accepted: true }
    },
    postReceive: () => new Promise(() => {}),
  })
  const clone = await server.clone('person')
  await clone.commit({ a: '1' })
  const refused = await clone.git('push', 'origin', 'main')
  t.not(refused.code, 0)
  t.regex(refused.stderr, /remote: Pintle failed while it looked at this push/)
  t.notRegex(refused.stderr, /secret detail/)
  mode = 'accept'
  const begun = Date.now()
  const landed = await clone.git('push', '-o', 'nowait', 'origin', 'main')
  t.is(landed.code, 0, landed.stderr)
  t.true(Date.now() - begun < 30_000)
})

test('an interrupted push aborts the gate', async t => {
  let aborted: Promise<unknown> = Promise.resolve()
  const server = await startGitServer(t, {
    postReceive: (_push, print, signal) => {
      print('watching')
      aborted = new Promise(resolve => signal.addEventListener('abort', resolve))
      return aborted.then(() => {})
    },
  })
  for (const [index, remote] of [server.repository.path, server.url].entries()) {
    const clone = await server.clone(`person-${index}`, remote)
    await clone.git('pull', '--quiet', 'origin', 'main')
    const commit = await clone.commit({ a: remote })
    const push = spawn('git', ['push', 'origin', 'main'], { cwd: clone.path, env: PERSON, detached: true })
    await new Promise<void>(resolve =>
      push.stderr.on('data', chunk => {
        if (String(chunk).includes('watching')) resolve()
      }),
    )
    process.kill(-push.pid!, 'SIGINT')
    await aborted
    t.is(await server.repository.readRef(MAIN), commit)
  }
})

test('a tree that would lead out of a work tree is refused, hooks or not', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person')
  await clone.commit({ a: '1' })
  const blob = (await clone.git('rev-parse', 'HEAD:a')).stdout.trim()
  for (const name of ['..', '.git', 'a/b']) {
    const tree = Buffer.concat([Buffer.from(`100644 ${name}\0`), Buffer.from(blob, 'hex')])
    await writeFile(join(clone.path, 'tree'), tree)
    const id = (await clone.git('hash-object', '-t', 'tree', '-w', '--literally', 'tree')).stdout.trim()
    const commit = (await clone.git('commit-tree', '-m', 'Evil', id)).stdout.trim()
    for (const skip of [[], ['--receive-pack=git -c core.hooksPath=/dev/null receive-pack']]) {
      const { code, stderr } = await clone.git('push', ...skip, 'origin', `${commit}:${MAIN}`)
      t.not(code, 0, name)
      t.regex(stderr, /remote: error: object [0-9a-f]+: (hasDotdot|hasDotgit|fullPathname)/, name)
    }
  }
  t.is(await server.repository.readRef(MAIN), undefined)
})

test('files too large are refused by name, compressible or not, engine running or not', async t => {
  const server = await startGitServer(t)
  await server.stopEngine()
  for (const [name, content, remote] of [
    ['zeros.bin', Buffer.alloc(100 * 1024 * 1024), server.url],
    ['noise.bin', randomBytes(40 * 1024 * 1024), server.repository.path],
  ] as const) {
    const clone = await server.clone(name, remote)
    await clone.commit({ [`apps/${name}`]: content })
    const { code, stderr } = await clone.git('push', 'origin', 'main')
    t.not(code, 0)
    t.regex(
      stderr,
      new RegExp(`remote: apps/${name} has ${name === 'zeros.bin' ? 100 : 40} MB; a file here may have 32 MB`),
    )
    t.is(await server.repository.readRef(MAIN), undefined)
  }
})

test('pushes killed at any moment leave a whole repository, and the next push lands', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person')
  await clone.commit({ a: '0' })
  await clone.git('push', 'origin', 'main')
  for (let delayMs = 5; delayMs < 150; delayMs += 12) {
    await clone.commit({ a: `${delayMs}` })
    const push = spawn('git', ['push', 'origin', 'main'], {
      cwd: clone.path,
      env: PERSON,
      detached: true,
      stdio: 'ignore',
    })
    const ended = new Promise(resolve => push.on('close', resolve))
    await new Promise(resolve => setTimeout(resolve, delayMs))
    try {
      process.kill(-push.pid!, 'SIGKILL')
    } catch {
      // It had ended already.
    }
    await ended
    for (const lock of ['HEAD.lock', `${MAIN}.lock`]) {
      await utimes(join(server.repository.path, lock), 0, 0).catch(() => {})
    }
  }
  const commit = await clone.commit({ a: 'last' })
  const pushed = await clone.git('push', 'origin', 'main')
  t.is(pushed.code, 0, pushed.stderr)
  t.is(await server.repository.readRef(MAIN), commit)
  const fsck = await run('git', ['fsck', '--full', '--strict'], server.repository.path)
  t.is(fsck.code, 0, fsck.stderr)
})

test('a lock of main left by a killed push does not stop the next one', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('person')
  await clone.commit({ a: '1' })
  await clone.git('push', 'origin', 'main')
  for (const lock of ['HEAD.lock', `${MAIN}.lock`]) {
    await writeFile(join(server.repository.path, lock), '')
    await utimes(join(server.repository.path, lock), 0, 0)
  }
  const commit = await clone.commit({ a: '2' })
  const { code, stderr } = await clone.git('push', 'origin', 'main')
  t.is(code, 0, stderr)
  t.is(await server.repository.readRef(MAIN), commit)
})

const PUSHES_EACH = 8

test('pushes of two people, by HTTP and by path, while the engine commits: nothing is lost', async t => {
  const server = await startGitServer(t)
  const clone = await server.clone('first', server.url)
  await clone.commit({ start: '' })
  await clone.git('push', 'origin', 'main')
  const engine = async () => {
    for (let count = 0; count < 10; count++) {
      await commitOnRef(server.repository, {
        ref: MAIN,
        author: { name: 'Pintle', email: 'pintle@localhost', timestamp: count, offsetMinutes: 0 },
        message: `Engine ${count}`,
        makeTree: tip => writeFiles(server.repository, tip?.tree, new Map([[`engine/${count}`, Buffer.from('e')]])),
      })
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
  const person = async (name: string, remote: string) => {
    const own = await server.clone(name, remote)
    for (let count = 0; count < PUSHES_EACH; count++) {
      await own.commit({ [`${name}/${count}`]: 'p' }, `${name} ${count}`)
      for (let attempt = 0; ; attempt++) {
        if ((await own.git('push', 'origin', 'main')).code === 0) break
        t.true(attempt < 30)
        await own.git('pull', '--quiet', '--rebase', 'origin', 'main')
      }
    }
  }
  await Promise.all([engine(), person('bob', server.url), person('eve', server.repository.path)])
  const tip = (await server.repository.readRef(MAIN))!
  const { tree } = await server.repository.readCommit(tip)
  const names = new Map((await server.repository.readTree(tree)).map(entry => [entry.name, entry.id]))
  t.is((await server.repository.readTree(names.get('engine')!)).length, 10)
  for (const name of ['bob', 'eve']) t.is((await server.repository.readTree(names.get(name)!)).length, PUSHES_EACH)
  const landed = (await readFile(server.pushesLogPath, 'utf8')).trim().split('\n')
  t.true(landed.length > 2 * PUSHES_EACH)
})

skipUnless(test, whyNoStrace())(
  'in a trace of system calls, a push is synced and recorded before its refs, and named before its end',
  async t => {
    const server = await startGitServer(t)
    const clone = await server.clone('person')
    await clone.commit({ a: '1' })
    const trace = join(server.folder, 'trace')
    const calls = 'trace=fsync,fdatasync,rename,renameat,renameat2,link,linkat,write,exit_group'
    const args = ['-f', '-y', '-s', '60', '-e', calls, '-o', trace, 'git', 'push', 'origin', 'main']
    const { code, stderr } = await run('strace', args, clone.path)
    t.is(code, 0, stderr)
    const lines = (await readFile(trace, 'utf8')).split('\n')
    const last = (what: RegExp) => lines.findLastIndex(line => what.test(line))
    const steps = {
      packSynced: last(/fsync\(\d+<[^>]*tmp_objdir[^>]*tmp_pack_/),
      recorded: last(/fsync\(\d+<[^>]*pushes\.log>/),
      packNamed: last(/(rename|link)[^(]*\(.*tmp_objdir.*objects\/pack\/pack-[0-9a-f]+\.idx/),
      refSynced: last(/fsync\(\d+<[^>]*refs\/heads\/main\.lock>/),
      refNamed: last(/rename[^(]*\(.*refs\/heads\/main\.lock/),
      packNameSynced: last(/fsync\(\d+<[^>]*objects\/pack>/),
      refNameSynced: last(/fsync\(\d+<[^>]*refs\/heads>/),
      end: last(/exit_group\(0\)/),
    }
    const order: (keyof typeof steps)[][] = [
      ['packSynced', 'recorded', 'packNamed', 'refSynced', 'refNamed', 'packNameSynced', 'end'],
      ['refNamed', 'refNameSynced', 'end'],
    ]
    for (const names of order) {
      const at = names.map(name => steps[name])
      t.true(
        at.every(line => line >= 0),
        JSON.stringify(steps),
      )
      t.deepEqual(
        at,
        at.toSorted((a, b) => a - b),
        JSON.stringify(steps),
      )
    }
  },
)
