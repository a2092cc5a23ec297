import test from 'ava'
import { PullRequest } from '../../../src/api/kinds/gitops/pull-request.ts'
import { configMap, deployment, MAIN, SyncCluster, settings } from '../sync-cluster.ts'

type Files = Readonly<Record<string, string | null>>
interface PushResult {
  readonly accepted: boolean
  readonly said: string
}

/** A push as the Git server makes it: objects first, the gate, the ref, the gate again. */
async function push(
  cluster: SyncCluster,
  files: Files,
  options: readonly string[] = [],
  ref = MAIN,
): Promise<PushResult> {
  const { git } = cluster
  const old = await git.readRef(ref)
  const base = old ?? (await git.readRef(MAIN))
  const tree = await cluster.writeTree(base === undefined ? undefined : (await git.readCommit(base)).tree, files)
  const author = { name: 'Ann', email: 'ann@example.com', timestamp: 1, offsetMinutes: 0 }
  const target = await git.writeCommit({
    tree,
    parents: base === undefined ? [] : [base],
    author,
    message: 'Change things',
  })
  return pushCommit(cluster, ref, old, target, options)
}

async function pushCommit(
  cluster: SyncCluster,
  ref: string,
  old: string | undefined,
  target: string | undefined,
  options: readonly string[] = [],
) {
  const { git, engine, clock } = cluster
  const lines: string[] = []
  const update = { pusher: 'ann', updates: [{ ref, old, new: target }], options }
  const { signal } = new AbortController()
  const { accepted } = await engine.gate.preReceive(update, git, line => lines.push(line), signal)
  if (accepted) {
    await git.updateRefs([{ ref, expected: old ?? null, target: target ?? null }], 'push')
    let done = false
    const post = engine.gate
      .postReceive(update, line => lines.push(line), signal)
      .then(() => {
        done = true
      })
    await cluster.until('the push to return', async () => done || clock.advance(1).then(() => undefined))
    await post
  }
  return { accepted, said: lines.join('\n') }
}

test('a push prints its plan, how it goes and its outcome with the status commit', async t => {
  const cluster = await SyncCluster.start()
  const first = await push(cluster, {
    'apps/hello/web.yaml': deployment('web'),
    'apps/hello/page.yaml': configMap('page'),
  })
  t.true(first.accepted)
  t.regex(
    first.said,
    /^hello: 3 to create\n {2}\+ Namespace hello\n {2}\+ ConfigMap hello\/page\n {2}\+ Deployment hello\/web\n/,
  )
  t.regex(first.said, /\nhello: Healthy after [\d.]+s \(hello-1\)\n/)
  const tip = await cluster.git.readRef('refs/heads/pintle/status')
  t.true(first.said.includes(`recorded as ${tip?.slice(0, 8)} on pintle/status`), first.said)

  const second = await push(cluster, {
    'apps/hello/web.yaml': deployment('web', { replicas: 3 }),
    'apps/hello/page.yaml': configMap('page', { a: 'x\ny\n' }),
  })
  t.regex(
    second.said,
    /^hello: 2 to change; 1 unchanged\n {2}~ ConfigMap hello\/page\n {6}data\.a: 1 -> x\\u000ay\\u000a\n {2}~ Deployment hello\/web\n {6}spec\.replicas: 1 -> 3\n/,
  )
  t.is((await cluster.rollouts('hello')).at(-1)?.spec.pushedBy, 'ann')

  const third = await push(cluster, { 'README.md': 'x' })
  t.is(third.said, 'Nothing changes in the cluster.')
  await cluster.crash()
})

test('errors that a push brings in refuse it whole; errors that were there do not', async t => {
  const cluster = await SyncCluster.start()
  await push(cluster, { 'apps/a/x.yaml': configMap('x') })
  const broken = await push(cluster, { 'apps/a/x.yaml': 'a: [', 'apps/b/x.yaml': configMap('x', {}, 'kube-system') })
  t.false(broken.accepted)
  t.regex(
    broken.said,
    /^Refused: this push brings in 2 errors\.\n {2}apps\/a\/x\.yaml:\d: is no valid YAML.*\n {2}apps\/b\/x\.yaml:1: .*cluster\/ alone.*\nNothing was changed\./,
  )
  // By a road without the hook: the same is Invalid, and does not hold up later pushes.
  await cluster.push({ 'apps/a/x.yaml': 'a: [' })
  await cluster.untilPhase('a', 'Invalid')
  const other = await push(cluster, { 'apps/b/x.yaml': configMap('x') })
  t.true(other.accepted, other.said)
  const same = await push(cluster, { 'apps/a/y.yaml': configMap('y') })
  t.true(same.accepted, same.said)
  t.regex(same.said, /a: still Invalid, with 1 error from before this push/)
  await cluster.crash()
})

test('what the server refuses is refused at the push, with its place', async t => {
  const cluster = await SyncCluster.start()
  await push(cluster, { 'apps/a/web.yaml': deployment('web') })
  const changed = deployment('web')
    .replace('matchLabels: {app: web}', 'matchLabels: {app: other}')
    .replace('labels: {app: web}', 'labels: {app: other}')
  const { accepted, said } = await push(cluster, { 'apps/a/web.yaml': changed })
  t.false(accepted)
  t.regex(said, /apps\/a\/web\.yaml:1: Deployment a\/web is refused: .*immutable.*; .*replace: whenImmutable/)
  const allowed = await push(cluster, {
    'apps/a/web.yaml': changed,
    'apps/a/application.yaml': settings('a', { replace: 'whenImmutable' }),
  })
  t.true(allowed.accepted, allowed.said)
  t.regex(allowed.said, /! Deployment a\/web \(spec\.selector cannot be changed in place\)/)
  await cluster.crash()
})

test('-o plan prints the plan and lands nothing', async t => {
  const cluster = await SyncCluster.start()
  const { accepted, said } = await push(cluster, { 'apps/a/x.yaml': configMap('x') }, ['plan'])
  t.false(accepted)
  t.regex(said, /^a: 2 to create\n/)
  t.regex(said, /only the plan \(-o plan\): nothing was pushed/)
  t.is(await cluster.git.readRef(MAIN), undefined)
  await cluster.crash()
})

test('refs of the engine, deleting main and moving it back are refused', async t => {
  const cluster = await SyncCluster.start()
  await push(cluster, { 'apps/a/x.yaml': configMap('x') })
  const tip = await cluster.git.readRef(MAIN)
  for (const ref of ['refs/heads/pintle/status', 'refs/notes/pintle', 'refs/pintle/keep/x']) {
    const { accepted, said } = await pushCommit(cluster, ref, undefined, tip)
    t.false(accepted)
    t.regex(said, /is written by Pintle alone/)
  }
  t.regex((await pushCommit(cluster, MAIN, tip, undefined)).said, /cannot be deleted/)
  const { tree, author } = await cluster.git.readCommit(tip!)
  const orphan = await cluster.git.writeCommit({ tree, parents: [], author, message: 'orphan' })
  t.regex((await pushCommit(cluster, MAIN, tip, orphan)).said, /moves only forward/)
  await cluster.crash()
})

test('a push that deletes much says what waits and how to release it', async t => {
  const cluster = await SyncCluster.start()
  const names = Array.from({ length: 8 }, (_, index) => `apps/a/m${index}.yaml`)
  await push(cluster, Object.fromEntries(names.map((name, index) => [name, configMap(`m${index}`)])))
  const { accepted, said } = await push(cluster, Object.fromEntries(names.slice(0, 7).map(name => [name, null])))
  t.true(accepted)
  const { held } = (await cluster.application('a'))?.status ?? {}
  t.regex(said, /7 deletes will wait \(7 objects are more than 5; /)
  t.true(said.includes(`pintle approve a ${held?.digest.slice(0, 16)}`), said)
  t.regex(said, /a: Held after .*\n {2}would delete ConfigMap a\/m0\n/)
  await cluster.crash()
})

test('secret values are in no plan', async t => {
  const cluster = await SyncCluster.start()
  const secret = (value: string) =>
    JSON.stringify({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 's' }, stringData: { password: value } })
  const first = await push(cluster, { 'apps/a/s.yaml': secret('hunter22') })
  const second = await push(cluster, { 'apps/a/s.yaml': secret('hunter33') })
  t.regex(second.said, /a secret value changes/)
  const all = `${first.said}${second.said}${JSON.stringify(await cluster.rollouts('a'))}${(await cluster.log('refs/heads/pintle/status')).join()}`
  for (const value of ['hunter22', 'hunter33', btoa('hunter22'), btoa('hunter33')]) t.false(all.includes(value))
  await cluster.crash()
})

test('another branch is a pull request with a plan, until it is deleted or merged', async t => {
  const cluster = await SyncCluster.start()
  await push(cluster, { 'apps/a/x.yaml': configMap('x') })
  const { accepted, said } = await push(cluster, { 'apps/a/x.yaml': configMap('x', { a: '2' }) }, [], 'refs/heads/more')
  t.true(accepted)
  t.regex(said, /a: 1 to change; 1 unchanged[\s\S]*Pull request pr-1 opened: Change things/)
  t.regex(
    (await push(cluster, { 'apps/a/y.yaml': 'a: [' }, [], 'refs/heads/more')).said,
    /Not ready to merge: 1 error\.[\s\S]*pr-1 updated/,
  )
  t.is((await push(cluster, { 'apps/a/x.yaml': 'a: [' }, [], 'refs/heads/wip/x')).said, '')
  const tip = await cluster.git.readRef('refs/heads/more')
  const gone = await pushCommit(cluster, 'refs/heads/more', tip, undefined)
  t.regex(gone.said, /Pull request pr-1 closed/)
  t.is((await cluster.admin.get(PullRequest, { name: 'pr-1' })).status?.state, 'Closed')
  await push(cluster, { 'apps/a/x.yaml': configMap('x', { a: '3' }) }, [], 'refs/heads/again')
  t.deepEqual((await cluster.admin.get(PullRequest, { name: 'pr-2' })).status?.plan?.slice(0, 2), [
    'a: 1 to change; 1 unchanged',
    '  ~ ConfigMap a/x',
  ])
  const again = await cluster.git.readRef('refs/heads/again')
  await pushCommit(cluster, MAIN, await cluster.git.readRef(MAIN), again)
  await cluster.until(
    'merged',
    async () => (await cluster.admin.get(PullRequest, { name: 'pr-2' })).status?.state === 'Merged',
  )
  await cluster.crash()
})

test('a push superseded by another says so, and a push without waiting returns at once', async t => {
  const cluster = await SyncCluster.start()
  await push(cluster, { 'apps/a/web.yaml': deployment('web') })
  const broken = push(cluster, { 'apps/a/web.yaml': deployment('web', { image: 'broken' }) })
  await cluster.until('waiting', async () => (await cluster.rollouts('a')).at(-1)?.status?.phase === 'Waiting')
  const quick = await push(cluster, { 'apps/a/web.yaml': deployment('web', { image: 'web:3' }) }, ['nowait'])
  t.regex(quick.said, /Landed\. Watch it with: pintle wait [0-9a-f]{12}$/)
  t.regex((await broken).said, /a: Superseded after /)
  await cluster.crash()
})

test('a push into a namespace that is going is planned for the one that comes after it', async t => {
  const cluster = await SyncCluster.start()
  await push(cluster, { 'apps/a/x.yaml': configMap('x', { a: '1' }) })
  // Nothing removes what is in it here, so it stays while it goes.
  await cluster.admin.delete(cluster.admin.kinds.byKind('v1', 'Namespace')!.kind, { name: 'a' })
  const { accepted, said } = await push(cluster, { 'apps/a/y.yaml': configMap('y', { a: '1' }) }, ['nowait'])
  t.true(accepted, said)
  t.regex(said, /\+ ConfigMap a\/y/)
  await cluster.crash()
})
