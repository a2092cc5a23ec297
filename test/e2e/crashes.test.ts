import { rmSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { UserCluster } from './cluster.ts'
import { SteadyRequests } from './steady-requests.ts'

/** The server, the agent or both are killed at random moments of a rollout; the live store is lost. */

const ROUNDS = 6
const MOMENT_MS_MAX = 2_500
const DEPLOYMENT = 'apps/hello/deployment.yaml'
const cluster = new UserCluster()
test.before(async () => {
  await cluster.up('--template')
  await cluster.cloneRepository()
})
test.after.always(() => cluster.destroy())

for (let round = 1; round <= ROUNDS; round++) {
  const victim = (['server', 'agent', 'both'] as const)[round % 3]!
  const momentMs = Math.round(Math.random() * MOMENT_MS_MAX)
  test.serial(`round ${round}: ${victim} killed ${momentMs} ms after a push`, async t => {
    const others = await cluster.containerIds('hello', 'greeter')
    cluster.edit(DEPLOYMENT, /(name: MESSAGE\n\s+value: ).*/, `$1Hello for the time ${round}`)
    const commit = await cluster.commit(`Say it the time ${round}`)
    const pushed = cluster.git('push', '-o', 'nowait')
    await pushed
    await new Promise(resolve => setTimeout(resolve, momentMs))
    const agent = cluster.agentPid()
    if (victim !== 'server') process.kill(agent, 'SIGKILL')
    if (victim !== 'agent') {
      await cluster.end('SIGKILL')
      await cluster.up()
    }
    await cluster.until(`hello at round ${round}`, async () => {
      const pods = await cluster.pods('hello', 'hello')
      const messages = pods.map(pod => pod.spec.containers[0]?.env?.[0]?.value)
      return messages.length === 2 && messages.every(each => each === `Hello for the time ${round}`)
    })
    await cluster.until('health', () => cluster.allHealthy(), 30_000)
    t.deepEqual(await cluster.containerIds('hello', 'greeter'), others)
    t.is((await cluster.git('ls-remote', 'origin', 'main')).out.slice(0, 40), commit)
    t.true(cluster.agentPid() > 0)
  })
}

test.serial('no commit was lost, none recorded twice', async t => {
  await cluster.git('fetch', '--quiet')
  const log = (await cluster.git('log', '--format=%(trailers:key=Rollout,valueonly)', 'origin/pintle/status')).out
  const rollouts = log.split('\n').filter(line => line.startsWith('hello-'))
  t.deepEqual(rollouts, [...new Set(rollouts)])
  const outcomes = (
    await cluster.git('log', '--format=%(trailers:key=Desired-Commit,valueonly)', 'origin/pintle/status')
  ).out
  const commits = (await cluster.git('rev-list', 'HEAD')).out.trim().split('\n')
  t.deepEqual(
    commits.filter(commit => !outcomes.includes(commit)),
    [],
  )
})

test.serial('a lost live store comes back from Git, and nobody notices', async t => {
  // What is being deleted when the memory of it is lost would come back.
  await cluster.until('the old pods to be gone', async () => {
    const { items } = await cluster.client.list(Pod, { namespace: 'hello' })
    return items.length === 3
  })
  const before = await cluster.containerIds('hello', 'hello')
  const others = await cluster.containerIds('hello', 'greeter')
  const address = await cluster.serviceAddress('hello', 'hello')
  const requests = new SteadyRequests(address, 50)
  t.teardown(() => requests.stop())
  await cluster.end('SIGTERM')
  rmSync(join(cluster.data, 'store'), { recursive: true })
  await cluster.up()
  await cluster.until('health', () => cluster.allHealthy())
  await cluster.until('the pods', async () =>
    (await cluster.pods('hello', 'hello')).every(pod => pod.metadata.ownerReferences?.length === 1),
  )
  await new Promise(resolve => setTimeout(resolve, 3_000))
  await requests.stop()
  t.deepEqual(await cluster.containerIds('hello', 'hello'), before)
  t.deepEqual(await cluster.containerIds('hello', 'greeter'), others)
  t.is(await cluster.serviceAddress('hello', 'hello'), address)
  t.deepEqual(requests.failures, [])
  t.true(requests.answers > 150)
  t.deepEqual(await cluster.phases(), { cluster: 'Healthy', greeter: 'Healthy', hello: 'Healthy' })
})
