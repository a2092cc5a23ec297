import test from 'ava'
import { UserCluster } from './cluster.ts'
import { SteadyRequests } from './steady-requests.ts'

/** Rollouts, good and bad, and the way back, under a steady load through the Service. */

const PER_SECOND = 50
const DEPLOYMENT = 'apps/hello/deployment.yaml'
const cluster = new UserCluster()
let requests: SteadyRequests

test.before(async () => {
  await cluster.up('--template')
  await cluster.cloneRepository()
  cluster.edit('apps/hello/application.yaml', 'timeout: 60s', 'timeout: 8s')
  await cluster.commit('Fail sooner')
  await cluster.git('push')
  requests = new SteadyRequests(await cluster.serviceAddress('hello', 'hello'), PER_SECOND)
})
test.after.always(() => cluster.destroy())

test.serial('a good rollout', async t => {
  cluster.edit(DEPLOYMENT, 'Hello from Pintle', 'Hello once more')
  await cluster.commit('Say it once more')
  const { text } = await cluster.git('push')
  t.regex(text, /hello: Healthy after/)
})

test.serial('a broken rollout ends Degraded in its time', async t => {
  cluster.edit(DEPLOYMENT, 'value: Hello once more', 'value: ""')
  await cluster.commit('Say nothing')
  const startedMs = performance.now()
  const { code, text } = await cluster.git('push')
  t.is(code, 0)
  t.regex(text, /MESSAGE\].value: Hello once more -> ""/)
  t.regex(text, /hello: Degraded after .*\(hello-\d+\)/)
  t.regex(text, /go back with: pintle rollback hello/)
  t.true(performance.now() - startedMs < 16_000)
  t.is((await cluster.pintle('wait', 'main')).code, 1)
})

test.serial('a rollback after commits to another application leaves those untouched', async t => {
  const greeter = 'apps/greeter/configmap.yaml'
  for (const words of ['calling at', 'calling out to']) {
    cluster.edit(greeter, /console.log\(`calling[^$]*/, `console.log(\`${words} `)
    await cluster.commit(`Say ${words}`)
    const { code, text } = await cluster.git('push')
    t.is(code, 0, text)
    t.regex(text, /greeter: waits for hello, which is Degraded/)
  }
  const { code, text } = await cluster.pintle('rollback', 'hello')
  t.is(code, 0, text)
  await cluster.until('health', () => cluster.allHealthy(), 20_000)
  await cluster.git('pull', '--quiet')
  t.true(cluster.read(DEPLOYMENT).includes('value: Hello once more'))
  t.true(cluster.read(greeter).includes('calling out to'))
  const changed = (await cluster.git('diff', '--name-only', 'HEAD~1')).out
  t.is(changed, `${DEPLOYMENT}\n`)
  const message = (await cluster.git('log', '-1', '--format=%B')).out
  t.regex(message, /^Rollback-Of: hello-\d+\nRollback-To: hello-\d+\nRequested-By: admin$/m)
})

test.serial('the same bad input pushed again is barred, until pintle retry', async t => {
  cluster.edit(DEPLOYMENT, 'value: Hello once more', 'value: ""')
  await cluster.commit('Say nothing, again')
  const { text } = await cluster.git('push')
  t.regex(text, /hello: these inputs failed as hello-\d+ and are barred.*pintle retry hello/)
  t.is((await cluster.phases())['hello'], 'Held')
  t.is((await cluster.pintle('wait', 'main')).code, 3)
  t.is((await cluster.pintle('retry', 'hello')).code, 0)
  await cluster.until('the same end', async () => (await cluster.phases())['hello'] === 'Degraded', 20_000)
  const back = await cluster.pintle('rollback', 'hello')
  t.is(back.code, 0, back.text)
  await cluster.until('health', () => cluster.allHealthy(), 20_000)
})

test.serial('no request was lost all the while', async t => {
  await requests.stop()
  t.deepEqual(requests.failures, [])
  t.true(requests.answers > 500)
})
