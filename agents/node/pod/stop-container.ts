import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Prober } from '../probes/prober.ts'
import type { RuntimeDriver } from '../runtime-driver.ts'
import { allContainers } from './pod-view.ts'
import { runHook } from './run-hook.ts'

/** What stopping a container takes. */
export interface StopTools {
  readonly driver: RuntimeDriver
  readonly prober: Prober
  readonly clock: Clock
}

export interface ContainerStop {
  readonly containerId: string
  /** Its name in the pod. */
  readonly container: string
  readonly graceMs: number
  /** The preStop hook is run first; its time counts as grace. */
  readonly preStop: boolean
  /** Where a hook that names no host goes: the pod's address. */
  readonly host: string
}

/** A container whose hook used up the grace period gets a little of its own, as the kubelet gives it. */
export const MINIMUM_GRACE_MS = 2_000

/** Runs the preStop hook, then stops the container. Resolves with what was wrong with the hook, if anything. */
export async function stopContainer(
  { driver, prober, clock }: StopTools,
  pod: DeepReadonly<Pod>,
  { containerId, container: name, graceMs, preStop, host }: ContainerStop,
): Promise<string | undefined> {
  const startMs = clock.monotonic()
  const container = allContainers(pod).find(each => each.name === name)
  const hook = container?.lifecycle?.preStop
  let failure: string | undefined
  if (preStop && hook && container && graceMs > 0) {
    const result = await runHook(hook, container, { containerId, host, prober, clock }, graceMs)
    if (!result.ok) failure = result.message
  }
  const leftMs = graceMs - (clock.monotonic() - startMs)
  await driver.stopContainer(containerId, graceMs === 0 ? 0 : Math.max(leftMs, MINIMUM_GRACE_MS))
  return failure
}
