import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { parse } from 'yaml'
import { run, UserCluster } from './cluster.ts'

/** The loop as its user goes it: clone, change, push, look. */

const cluster = new UserCluster()
test.before(async () => {
  await cluster.up('--template')
  await cluster.cloneRepository()
})
test.after.always(() => cluster.destroy())

const DEPLOYMENT = 'apps/hello/deployment.yaml'

test.serial('git push -o plan prints the plan and lands nothing', async t => {
  cluster.edit(DEPLOYMENT, 'Hello from Pintle', 'Hello again')
  cluster.edit(DEPLOYMENT, 'replicas: 2', 'replicas: 3')
  const commit = await cluster.commit('Say something else')
  const { code, text } = await cluster.git('push', '-o', 'plan')
  t.not(code, 0)
  t.regex(text, /remote: hello: 1 to change; 3 unchanged/)
  t.regex(text, /spec\.replicas: 2 -> 3/)
  t.regex(text, /only the plan \(-o plan\): nothing was pushed/)
  t.not((await cluster.git('ls-remote', 'origin', 'main')).out.split('\t')[0], commit)
  t.is((await cluster.pods('hello', 'hello')).length, 2)
})

test.serial('a push prints the plan and ends with Healthy', async t => {
  const { code, text } = await cluster.git('push')
  t.is(code, 0, text)
  t.regex(text, /remote: hello: 1 to change; 3 unchanged/)
  t.regex(text, /remote: {3,}spec\.replicas: 2 -> 3/)
  t.regex(text, /remote: hello: Healthy after [\d.]+m?s \(hello-2\)/)
  t.regex(text, /remote: {3,}recorded as [0-9a-f]{8,} on pintle\/status/)
  t.true(text.split('\n').length < 22, text)
})

test.serial('kubectl agrees', async t => {
  const { out } = await cluster.kubectl('get', 'deploy,rs,pods', '-A', '-o', 'wide')
  t.regex(out, /deployment\.apps\/hello\s+3\/3\s+3\s+3/)
  t.is(out.match(/pod\/hello-\S+\s+1\/1\s+Running/g)?.length, 3)
  const described = await cluster.kubectl('describe', 'deployment', 'hello', '-n', 'hello')
  t.regex(described.out, /Replicas:\s+3 desired \| 3 updated \| 3 total \| 3 available/)
  t.regex(described.out, /MESSAGE:\s+Hello again/)
  const pods = await cluster.kubectl('describe', 'pods', '-n', 'hello')
  t.regex(pods.out, /Started container web/)
})

test.serial('kubectl logs shows what pods print', async t => {
  const [pod] = await cluster.pods('hello', 'greeter')
  const name = pod?.metadata.name ?? ''
  const log = (...options: string[]) => cluster.kubectl('logs', '-n', 'hello', name, ...options)
  await cluster.until('a greeting', async () => (await log()).out.includes('Hello again'), 20_000)
  t.is((await log('--tail=1')).out.split('\n').length, 2)
  t.is((await log('--since=1h')).out, (await log()).out)
  const followed = await run(
    'timeout',
    ['8', 'kubectl', '--kubeconfig', join(cluster.data, 'kubeconfig'), 'logs', '-n', 'hello', '-f', '--tail=1', name],
    cluster.root,
  )
  t.true(followed.out.trim().split('\n').length >= 2, followed.text)
})

test.serial('the status branch has the rollout with its trailers, main has a note', async t => {
  await cluster.git('fetch', '--quiet', 'origin')
  const { out } = await cluster.git('log', '-1', '--format=%B', 'origin/pintle/status', '--', 'applications/hello')
  const commit = (await cluster.git('rev-parse', 'HEAD')).out.trim()
  for (const trailer of ['Application: hello', 'Rollout: hello-2', `Desired-Commit: ${commit}`, 'Outcome: Healthy']) {
    t.true(out.includes(trailer), out)
  }
  t.regex(out, /^Duration: \S+$/m)
  t.regex(out, /^Pushed-By: local:\S+$/m)
  await cluster.git('fetch', '--quiet', 'origin', 'refs/notes/*:refs/notes/*')
  t.regex((await cluster.git('log', '-1', '--notes=pintle')).out, /hello.*Healthy/)
  const refs = (await cluster.git('ls-remote', 'origin')).out
  t.true(refs.includes(`${commit}\trefs/heads/pintle/deployed/hello`), refs)
  t.false(refs.includes('refs/pintle/keep'))
  const kept = execFileSync('git', ['-C', join(cluster.data, 'git/cluster.git'), 'for-each-ref', 'refs/pintle/keep'])
  t.true(String(kept).includes(commit))
})

test.serial('the commands tell it as data and as text', async t => {
  const status = await cluster.pintle('status')
  t.regex(status.out, /APPLICATION\s+STATUS.*\n.*cluster\s+Healthy.*\n.*greeter\s+Healthy.*\n.*hello\s+Healthy/)
  t.is(JSON.parse((await cluster.pintle('status', '-o', 'json')).out).applications.length, 3)
  t.is(parse((await cluster.pintle('status', '-o', 'yaml')).out).applications.length, 3)
  const history = JSON.parse((await cluster.pintle('history', 'hello', '-o', 'json')).out)
  t.deepEqual(
    history.map((each: { name: string }) => each.name),
    ['hello-2', 'hello-1'],
  )
  t.regex((await cluster.pintle('history')).out, /hello-2\s+Healthy/)
  t.is((await cluster.pintle('plan')).code, 0)
  t.is((await cluster.pintle('wait', 'main')).code, 0)
  for (const [args, sentence] of [
    [['wait', 'no-such-ref'], /no commit, branch or tag/],
    [['history', 'nobody'], /no rollout|nobody/],
    [['rollback', 'nobody'], /nobody/],
    [['approve', 'hello', 'abc'], /hello|held|nothing/i],
  ] as const) {
    const { code, text } = await cluster.pintle(...args)
    t.is(code, 1, args.join(' '))
    t.regex(text, sentence)
    t.is(text.trim().split('\n').length, 1, text)
  }
})

test.serial('a branch is a proposal: its plan is printed, nothing is changed', async t => {
  await cluster.git('switch', '--quiet', '--create', 'louder')
  cluster.edit(DEPLOYMENT, 'Hello again', 'HELLO AGAIN')
  await cluster.commit('Say it louder')
  const { code, text } = await cluster.git('push', '--quiet', 'origin', 'louder')
  t.is(code, 0, text)
  t.regex(text, /remote: .*MESSAGE.*HELLO AGAIN/)
  t.is((await cluster.pintle('plan', 'louder')).code, 2)
  t.is((await cluster.pintle('plan', 'main')).code, 0)
  await cluster.git('switch', '--quiet', 'main')
})

test.serial('a clone over HTTP is set up by pintle init; without its token there is 401', async t => {
  const clone = join(cluster.root, 'over-http')
  const { code, text } = await cluster.pintle('init', clone)
  t.is(code, 0, text)
  t.true(existsSync(join(clone, 'apps/hello')))
  const git = (...args: string[]) =>
    run('git', ['-C', clone, '-c', 'user.name=Ann', '-c', 'user.email=a@b.c', ...args], clone)
  await git('commit', '--quiet', '--allow-empty', '--message', 'Nothing new')
  const pushed = await git('push')
  t.is(pushed.code, 0, pushed.text)
  t.regex(pushed.text, /Nothing changes in the cluster/)
  const address = `http://127.0.0.1:${cluster.ports().httpPort}/git/cluster.git`
  for (const service of ['git-upload-pack', 'git-receive-pack']) {
    const refs = `${address}/info/refs?service=${service}`
    t.is((await fetch(refs)).status, 401)
    const authorization = `Basic ${Buffer.from('pintle:wrong').toString('base64')}`
    t.is((await fetch(refs, { headers: { authorization } })).status, 401)
  }
})

test.serial('who pushed over HTTP is the administrator', async t => {
  const clone = join(cluster.root, 'over-http')
  const git = (...args: string[]) =>
    run('git', ['-C', clone, '-c', 'user.name=Ann', '-c', 'user.email=a@b.c', ...args], clone)
  const path = join(clone, DEPLOYMENT)
  await run('sed', ['-i', 's/Hello again/Hello over HTTP/', path], clone)
  await git('commit', '--quiet', '--all', '--message', 'Say it over HTTP')
  const pushed = await git('push')
  t.is(pushed.code, 0, pushed.text)
  t.regex(pushed.text, /hello: Healthy after/)
  await git('fetch', '--quiet')
  t.regex(
    (await git('log', '-1', '--format=%B', 'origin/pintle/status', '--', 'applications/hello')).out,
    /^Pushed-By: admin$/m,
  )
})

test.serial('logs of a container that ended are those of --previous', async t => {
  await cluster.git('pull', '--quiet')
  cluster.edit(
    'apps/greeter/configmap.yaml',
    'const timer =',
    'if (!process.env.X) setTimeout(() => process.exit(3), 1500)\n    const timer =',
  )
  cluster.edit('apps/greeter/deployment.yaml', 'terminationGracePeriodSeconds: 5', 'terminationGracePeriodSeconds: 1')
  await cluster.commit('End after a while')
  const { text } = await cluster.git('push', '-o', 'nowait')
  const name = async () =>
    (await cluster.pods('hello', 'greeter')).find(pod => (pod.status?.containerStatuses?.[0]?.restartCount ?? 0) > 0)
      ?.metadata.name
  await cluster.until(`a restart after:\n${text}`, async () => (await name()) !== undefined, 30_000)
  const previous = await cluster.kubectl('logs', '-n', 'hello', '--previous', (await name())!)
  t.regex(previous.out, /calling http/)
})
