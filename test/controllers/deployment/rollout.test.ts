import test from 'ava'
import fc from 'fast-check'
import type { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../../src/api/kinds/apps/replica-set.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import { rolloutLimits } from '../../../src/controllers/deployment/limits.ts'
import type { DeploymentPlan } from '../../../src/controllers/deployment/plan.ts'
import { planDeployment } from '../../../src/controllers/deployment/plan.ts'
import { planReplicaSet } from '../../../src/controllers/replicaset/plan.ts'
import { replicaSetStatus } from '../../../src/controllers/replicaset/status.ts'
import { makeDeployment, makePod, makeReplicaSet, makeTemplate, NOW_MS } from '../objects.ts'

/**
 * Both controllers' plans and a node, carried out one step at a time in any order, also with a Deployment that sees
 * replica sets whose controller has not run yet. Whatever the order, we never take away more than allowed, nor add more.
 */
class World {
  readonly deployment: Deployment
  replicaSets: ReplicaSet[] = []
  pods: Pod[] = []
  #names = 0

  constructor(deployment: Deployment) {
    this.deployment = deployment
  }

  get available(): number {
    return this.pods.filter(isReady).length
  }

  deploymentStep(): void {
    const plan = planDeployment({ deployment: this.deployment, replicaSets: this.replicaSets, pods: this.pods }, NOW_MS)
    this.#apply(plan)
  }

  replicaSetStep(index: number): void {
    const replicaSet = this.replicaSets[index % Math.max(1, this.replicaSets.length)]
    if (replicaSet === undefined) return
    const plan = planReplicaSet({ replicaSet, pods: this.pods }, NOW_MS)
    this.pods = this.pods.filter(pod => !plan.delete.includes(pod))
    const { name, uid } = replicaSet.metadata
    const labels = replicaSet.spec!.template!.metadata!.labels!
    for (let count = 0; count < plan.createCount; count++) {
      const owner = { kind: 'ReplicaSet', name, uid: uid! }
      this.pods.push(makePod({ name: `pod-${this.#names++}`, owner, phase: 'Pending', metadata: { labels } }))
    }
    replicaSet.status = replicaSetStatus(replicaSet, this.pods, undefined, NOW_MS) as NonNullable<ReplicaSet['status']>
  }

  /** A node brings a pod up. Pods of an image that is broken never become ready. */
  nodeStep(index: number, broken: string): void {
    const waiting = this.pods.filter(pod => !isReady(pod) && pod.metadata.labels?.['image'] !== broken)
    const pod = waiting[index % Math.max(1, waiting.length)]
    if (pod === undefined) return
    this.pods = this.pods.map(each => (each === pod ? becomeReady(pod) : each))
  }

  setImage(image: string): void {
    this.deployment.spec!.template = makeTemplate(image, { app: 'web', image })
    this.deployment.metadata.generation! += 1
  }

  #apply(plan: DeploymentPlan): void {
    if (plan.create !== undefined) {
      const { name, hash, replicas, annotations } = plan.create
      const template = this.deployment.spec!.template
      const labels = { ...template.metadata!.labels, 'pod-template-hash': hash }
      const owner = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', uid: 'uid-web', controller: true }
      this.replicaSets.push(
        makeReplicaSet(name, replicas, {
          metadata: { name, labels, annotations, ownerReferences: [owner] },
          spec: {
            replicas,
            selector: { matchLabels: { app: 'web', 'pod-template-hash': hash } },
            template: { ...template, metadata: { labels } },
          },
          status: { replicas: 0, observedGeneration: 0 },
        }),
      )
    }
    for (const { replicaSet, replicas, annotations } of plan.update) {
      const stored = this.replicaSets.find(each => each.metadata.name === replicaSet.metadata.name)!
      if (stored.spec!.replicas !== replicas) stored.metadata.generation! += 1
      stored.spec!.replicas = replicas
      stored.metadata.annotations = { ...stored.metadata.annotations, ...annotations }
    }
    const gone = new Set(plan.delete.map(each => each.metadata.name))
    this.replicaSets = this.replicaSets.filter(each => !gone.has(each.metadata.name))
    this.deployment.status = plan.status as NonNullable<Deployment['status']>
  }
}

function isReady(pod: Pod): boolean {
  return pod.status!.conditions!.some(each => each.type === 'Ready' && each.status === 'True')
}

function becomeReady(pod: Pod): Pod {
  return { ...makePod({ name: pod.metadata.name, node: 'n1', readyForSeconds: 60 }), metadata: pod.metadata }
}

const step = fc.record({
  actor: fc.constantFrom('deployment', 'replica-set', 'replica-set', 'node', 'node', 'edit'),
  pick: fc.nat(20),
})

const rollout = fc.record({
  replicas: fc.integer({ min: 1, max: 6 }),
  maxSurge: fc.oneof(fc.nat(3), fc.constantFrom('25%', '50%')),
  maxUnavailable: fc.oneof(fc.nat(3), fc.constantFrom('25%', '50%')),
  steps: fc.array(step, { maxLength: 120 }),
})

test('property: in any order of steps, never below the minimum available nor above the maximum surge', t => {
  fc.assert(
    fc.property(rollout, ({ replicas, maxSurge, maxUnavailable, steps }) => {
      const world = startedWorld(replicas, maxSurge, maxUnavailable)
      const limits = rolloutLimits(world.deployment)
      for (const { actor, pick } of steps) {
        const before = world.available
        act(world, actor, pick)
        if (world.available < before) t.true(world.available >= replicas - limits.maxUnavailable)
        t.true(world.pods.length <= replicas + limits.maxSurge)
      }
    }),
    { numRuns: 150 },
  )
})

test('property: left alone it reaches the newest template, and then plans nothing', t => {
  fc.assert(
    fc.property(rollout, ({ replicas, maxSurge, maxUnavailable, steps }) => {
      const world = startedWorld(replicas, maxSurge, maxUnavailable)
      for (const { actor, pick } of steps) act(world, actor, pick)
      world.setImage('web:final')
      settle(world)
      t.true(world.pods.every(pod => pod.metadata.labels?.['image'] === 'web:final' && isReady(pod)))
      t.is(world.pods.length, replicas)
      const again = planDeployment({ deployment: world.deployment, replicaSets: world.replicaSets, pods: [] }, NOW_MS)
      t.deepEqual([again.create, again.update, again.delete], [undefined, [], []])
      t.deepEqual(again.status, world.deployment.status)
    }),
    { numRuns: 50 },
  )
})

/** A Deployment whose first template is fully up. */
function startedWorld(replicas: number, maxSurge: number | string, maxUnavailable: number | string): World {
  const deployment = makeDeployment(replicas)
  deployment.spec!.strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } }
  const world = new World(deployment)
  world.setImage('web:1')
  settle(world)
  return world
}

const ROUNDS_MAX = 200

function settle(world: World): void {
  for (let round = 0; round < ROUNDS_MAX; round++) {
    world.deploymentStep()
    for (let index = 0; index < world.replicaSets.length; index++) world.replicaSetStep(index)
    for (let index = 0; index < 10; index++) world.nodeStep(index, 'none')
  }
}

function act(world: World, actor: string, pick: number): void {
  if (actor === 'deployment') world.deploymentStep()
  else if (actor === 'replica-set') world.replicaSetStep(pick)
  else if (actor === 'node') world.nodeStep(pick, 'web:2')
  else world.setImage(`web:${pick % 4}`)
}
