import type { LiveApplication } from '../engine/application-object.ts'
import type { DesiredState } from '../engine/desired-state.ts'
import { mayHaveMoved } from '../engine/may-have-moved.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { readInventory } from '../object/inventory.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'
import { observeLeftovers, observeObjects } from './observe-application.ts'
import type { Plan } from './plan.ts'
import { planApplication } from './plan.ts'
import { planDigest } from './plan-digest.ts'

export interface ClusterPlan {
  readonly plan: Plan
  readonly digest: string
}

export interface PlanSubject {
  readonly name: string
  /** Undefined: the application is not in Git any more. */
  readonly rendered: RenderedApplication | undefined
  readonly live: LiveApplication | undefined
  readonly desired: DesiredState
  readonly inputDigest: string
  /** Nothing is deleted, and why. */
  readonly neverPrune?: string
}

/** Plans one application against the cluster as it is now. Throws on passing trouble. */
export async function planForCluster(
  context: Pick<SyncContext, 'client' | 'settings'>,
  subject: PlanSubject,
): Promise<ClusterPlan> {
  const { name, rendered, live, desired, inputDigest } = subject
  const objects = rendered?.objects ?? []
  const inventory = readInventory(live?.status?.inventory)
  const wanted = new Set(objects.map(object => object.key))
  const plan = planApplication({
    application: name,
    objects: await observeObjects(context.client, objects),
    leftovers: await observeLeftovers(context.client, inventory, wanted),
    inventoryCount: inventory.length,
    claims: desired.claims,
    prune: rendered?.settings.prune ?? live?.spec.prune ?? true,
    replace: rendered?.settings.replace ?? 'never',
    directoryGone: rendered === undefined,
    treeEmpty: desired.treeEmpty,
    mayHaveMoved: (ref: ObjectRef) => subject.neverPrune ?? mayHaveMoved(ref, name, desired),
    secretKey: context.settings.secretKey,
  })
  return { plan, digest: planDigest(plan, { inputDigest, judgeDigest: desired.rules.digest }) }
}
