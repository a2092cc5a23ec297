import test from 'ava'
import type { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import type { DeploymentPlan } from '../../../src/controllers/deployment/plan.ts'
import { planDeployment } from '../../../src/controllers/deployment/plan.ts'
import { formatTime } from '../../../src/lib/clock.ts'
import { makeDeployment, makePod, makeReplicaSet, makeTemplate, NOW_MS } from '../objects.ts'

const owned = {
  ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true }],
}

/** A replica set of the Deployment that its controller has brought to its size. */
function settledSet(name: string, image: string, replicas: number, available = replicas): ReplicaSet {
  const template = makeTemplate(image, { app: 'web', 'pod-template-hash': name })
  return makeReplicaSet(name, replicas, {
    metadata: { name, ...owned },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template },
    status: { replicas, readyReplicas: available, availableReplicas: available, observedGeneration: 1 },
  })
}

function plan(deployment: Deployment, replicaSets: readonly ReplicaSet[], nowMs = NOW_MS): DeploymentPlan {
  return planDeployment({ deployment, replicaSets, pods: [] }, nowMs)
}

function sizesOf({ update }: DeploymentPlan): Record<string, number> {
  return Object.fromEntries(update.map(each => [each.replicaSet.metadata.name, each.replicas]))
}

function progress({ status }: DeploymentPlan) {
  const condition = status.conditions?.find(each => each.type === 'Progressing')
  return condition && [condition.status, condition.reason]
}

test('a new Deployment gets a replica set of full size, named by the hash of its template', t => {
  const { create, status, ...rest } = plan(makeDeployment(3), [])
  t.regex(create?.name ?? '', /^web-[a-z0-9]{10}$/)
  t.is(create?.name, `web-${create?.hash}`)
  t.is(create?.replicas, 3)
  t.like(create?.annotations, {
    'deployment.kubernetes.io/revision': '1',
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
  })
  t.is(rest.revision, '1')
  t.deepEqual(progress({ status } as DeploymentPlan), ['True', 'NewReplicaSetCreated'])
})

test('the name does not depend on anything but the template', t => {
  const other = makeDeployment(7)
  other.metadata.annotations = { note: 'x' }
  t.is(plan(makeDeployment(3), []).create?.name, plan(other, []).create?.name)
  const changed = makeDeployment(3)
  changed.spec!.template = makeTemplate('web:2')
  t.not(plan(makeDeployment(3), []).create?.name, plan(changed, []).create?.name)
})

test('a rolling update adds within the surge, and removes only what is spare', t => {
  const deployment = makeDeployment(3)
  deployment.spec!.template = makeTemplate('web:2')
  const old = settledSet('old', 'web:1', 3)
  t.is(plan(deployment, [old]).create?.replicas, 1)
  t.deepEqual(sizesOf(plan(deployment, [old, settledSet('new', 'web:2', 1, 0)]))['old'] ?? 3, 3)
  t.deepEqual(sizesOf(plan(deployment, [old, settledSet('new', 'web:2', 1)]))['old'], 2)
})

test('no step is made before a replica set has caught up with the last one', t => {
  const deployment = makeDeployment(3)
  deployment.spec!.template = makeTemplate('web:2')
  const behind = settledSet('old', 'web:1', 2)
  behind.metadata.generation = 2
  behind.status = { ...behind.status, replicas: 3, availableReplicas: 3, observedGeneration: 1 }
  const { update } = plan(deployment, [behind, settledSet('new', 'web:2', 1)])
  t.true(update.every(each => each.replicas === each.replicaSet.spec?.replicas))
})

test('unhealthy old pods go first, also when nothing is spare', t => {
  const deployment = makeDeployment(3)
  deployment.spec!.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }
  deployment.spec!.template = makeTemplate('web:2')
  const sick = settledSet('old', 'web:1', 3, 2)
  t.is(sizesOf(plan(deployment, [sick, settledSet('new', 'web:2', 0)]))['old'], 2)
})

const fenceposts: readonly [surge: number | string, unavailable: number | string, max: number, min: number][] = [
  ['25%', '25%', 13, 8],
  ['1%', '1%', 11, 10],
  [0, 0, 10, 9],
  ['100%', 0, 20, 10],
  [0, '100%', 10, 0],
  [2, 3, 12, 7],
]
for (const [maxSurge, maxUnavailable, max, min] of fenceposts) {
  test(`10 replicas, surge ${maxSurge}, unavailable ${maxUnavailable}: at most ${max}, at least ${min}`, t => {
    const deployment = makeDeployment(10)
    deployment.spec!.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }
    deployment.spec!.template = makeTemplate('web:2')
    const first = plan(deployment, [settledSet('old', 'web:1', 10), settledSet('new', 'web:2', 0)])
    const { old = 10, new: added = 0 } = sizesOf(first)
    t.is(added, max - 10)
    t.is(old, min)
  })
}

test('a size change in the middle of a rollout is spread in proportion', t => {
  const deployment = makeDeployment(10)
  deployment.spec!.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 3, maxUnavailable: 2 } }
  deployment.spec!.template = makeTemplate('web:2')
  const sized = (set: ReplicaSet, desired: number, max: number): ReplicaSet => {
    set.metadata.annotations = {
      'deployment.kubernetes.io/desired-replicas': String(desired),
      'deployment.kubernetes.io/max-replicas': String(max),
    }
    return set
  }
  const old = sized(settledSet('old', 'web:1', 8), 10, 13)
  const newest = sized(settledSet('new', 'web:2', 5, 0), 10, 13)
  deployment.spec!.replicas = 15
  t.deepEqual(sizesOf(plan(deployment, [old, newest])), { old: 11, new: 7 })
})

test('a smaller size in the middle of a rollout takes pods that are not available, and none that is needed', t => {
  const deployment = makeDeployment(1)
  deployment.spec!.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }
  deployment.spec!.template = makeTemplate('web:3')
  const scaledFor3 = (set: ReplicaSet): ReplicaSet => {
    set.metadata.annotations = {
      'deployment.kubernetes.io/desired-replicas': '3',
      'deployment.kubernetes.io/max-replicas': '4',
    }
    return set
  }
  const old = scaledFor3(settledSet('old', 'web:1', 2))
  const broken = scaledFor3(settledSet('broken', 'web:2', 1, 0))
  const newest = scaledFor3(settledSet('newest', 'web:3', 1, 0))
  t.deepEqual(sizesOf(plan(deployment, [broken, newest, old])), { broken: 0, newest: 1, old: 1 })
})

test('scaling a Deployment that is not rolling out scales its one set', t => {
  const deployment = makeDeployment(5)
  const only = settledSet('only', 'web:1', 3)
  only.metadata.annotations = {
    'deployment.kubernetes.io/desired-replicas': '3',
    'deployment.kubernetes.io/max-replicas': '4',
  }
  t.deepEqual(sizesOf(plan(deployment, [only])), { only: 5 })
})

test('paused: no new replica set, but scaling works', t => {
  const deployment = makeDeployment(5)
  deployment.spec!.paused = true
  deployment.spec!.template = makeTemplate('web:2')
  const paused = plan(deployment, [settledSet('old', 'web:1', 3)])
  t.is(paused.create, undefined)
  t.deepEqual(sizesOf(paused), { old: 5 })
  t.deepEqual(progress(paused), ['Unknown', 'DeploymentPaused'])
  deployment.status = { ...paused.status, updatedReplicas: 5 } as NonNullable<Deployment['status']>
  deployment.spec!.paused = false
  t.deepEqual(progress(plan(deployment, [settledSet('old', 'web:2', 5, 0)])), ['Unknown', 'DeploymentResumed'])
})

test('Recreate waits until the last old pod is gone', t => {
  const deployment = makeDeployment(2)
  deployment.spec!.strategy = { type: 'Recreate' }
  deployment.spec!.template = makeTemplate('web:2')
  const old = settledSet('old', 'web:1', 2)
  const teardown = plan(deployment, [old])
  t.deepEqual(sizesOf(teardown), { old: 0 })
  t.is(teardown.create, undefined)
  const empty = settledSet('old', 'web:1', 0)
  const leaving = makePod({
    name: 'leaving',
    owner: { kind: 'ReplicaSet', name: 'old', uid: 'uid-old' },
    metadata: { deletionTimestamp: '2023-11-14T22:00:00Z' },
  })
  t.is(planDeployment({ deployment, replicaSets: [empty], pods: [leaving] }, NOW_MS).create, undefined)
  t.is(planDeployment({ deployment, replicaSets: [empty], pods: [] }, NOW_MS).create?.replicas, 2)
})

test('going back to an old template reuses its replica set with a new revision', t => {
  const deployment = makeDeployment(3)
  const first = settledSet('first', 'web:1', 0)
  first.metadata.annotations = { 'deployment.kubernetes.io/revision': '1' }
  const second = settledSet('second', 'web:2', 3)
  second.metadata.annotations = { 'deployment.kubernetes.io/revision': '2' }
  const back = plan(deployment, [first, second])
  t.is(back.create, undefined)
  t.is(back.revision, '3')
  const update = back.update.find(each => each.replicaSet.metadata.name === 'first')
  t.is(update?.annotations['deployment.kubernetes.io/revision'], '3')
  t.is(update?.annotations['deployment.kubernetes.io/revision-history'], '1')
  t.is(update?.replicas, 1)
})

test('annotations of the Deployment are copied, except those that mean the Deployment itself', t => {
  const deployment = makeDeployment(1)
  deployment.metadata.annotations = {
    'kubernetes.io/change-cause': 'image 2',
    'kubectl.kubernetes.io/last-applied-configuration': '{}',
    'deployment.kubernetes.io/revision': '7',
  }
  const annotations = plan(deployment, []).create?.annotations ?? {}
  t.is(annotations['kubernetes.io/change-cause'], 'image 2')
  t.is(annotations['kubectl.kubernetes.io/last-applied-configuration'], undefined)
  t.is(annotations['deployment.kubernetes.io/revision'], '1')
})

test('of the empty old sets only the newest are kept', t => {
  const deployment = makeDeployment(1)
  deployment.spec!.revisionHistoryLimit = 1
  const sets = ['1', '2', '3'].map(revision => {
    const set = settledSet(`old${revision}`, `web:0.${revision}`, 0)
    set.metadata.annotations = { 'deployment.kubernetes.io/revision': revision }
    return set
  })
  const done = plan(deployment, [...sets, settledSet('new', 'web:1', 1)])
  t.deepEqual(
    done.delete.map(set => set.metadata.name),
    ['old1', 'old2'],
  )
  t.deepEqual(plan(deployment, [...sets, settledSet('new', 'web:1', 1, 0)]).delete, [])
})

test('a finished rollout says so, and keeps saying it without a write', t => {
  const deployment = makeDeployment(2)
  const done = plan(deployment, [settledSet('new', 'web:1', 2)])
  t.deepEqual(progress(done), ['True', 'NewReplicaSetAvailable'])
  t.is(done.wakeAtMs, undefined)
  t.like(done.status, { replicas: 2, updatedReplicas: 2, availableReplicas: 2, unavailableReplicas: 0 })
  deployment.status = done.status as NonNullable<Deployment['status']>
  t.deepEqual(plan(deployment, [settledSet('new', 'web:1', 2)], NOW_MS + 86_400_000).status, done.status)
})

test('a rollout without progress for too long says so, once', t => {
  const deployment = makeDeployment(2)
  const stuck = settledSet('new', 'web:1', 2, 0)
  const lastUpdateTime = formatTime(NOW_MS - 599_000)
  deployment.status = {
    replicas: 2,
    updatedReplicas: 2,
    conditions: [
      {
        type: 'Progressing',
        status: 'True',
        reason: 'ReplicaSetUpdated',
        lastUpdateTime,
        lastTransitionTime: lastUpdateTime,
      },
    ],
  }
  const waiting = plan(deployment, [stuck])
  t.deepEqual(progress(waiting), ['True', 'ReplicaSetUpdated'])
  t.is(waiting.wakeAtMs, NOW_MS + 1_000)
  const late = plan(deployment, [stuck], NOW_MS + 2_000)
  t.deepEqual(progress(late), ['False', 'ProgressDeadlineExceeded'])
  t.is(late.wakeAtMs, undefined)
})

test('trouble of the replica set shows in the Deployment', t => {
  const failing = settledSet('new', 'web:1', 2, 0)
  failing.status!.conditions = [
    { type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message: 'no pods allowed' },
  ]
  const { status } = plan(makeDeployment(2), [failing])
  t.like(
    status.conditions?.find(each => each.type === 'ReplicaFailure'),
    {
      status: 'True',
      reason: 'FailedCreate',
      message: 'no pods allowed',
    },
  )
})

test('orphaned sets are adopted, those that left the selector released', t => {
  const orphan = settledSet('orphan', 'web:0', 0)
  orphan.metadata.ownerReferences = []
  const left = settledSet('left', 'web:0', 0)
  left.metadata.labels = { app: 'other' }
  const { adopt, release } = plan(makeDeployment(1), [orphan, left])
  t.deepEqual(
    adopt.map(set => set.metadata.name),
    ['orphan'],
  )
  t.deepEqual(
    release.map(set => set.metadata.name),
    ['left'],
  )
})
