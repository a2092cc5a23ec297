import type { Container, LifecycleHandler } from '../../../src/api/generated/types.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import { sleep } from '../../../src/lib/clock.ts'
import type { ProbeResult, Prober } from '../probes/prober.ts'
import { probeAction } from '../probes/prober.ts'

/** Runs a postStart or preStop handler; gives up after `limitMs`. */
export async function runHook(
  handler: DeepReadonly<LifecycleHandler>,
  container: DeepReadonly<Container>,
  target: { readonly containerId: string; readonly host: string; readonly prober: Prober; readonly clock: Clock },
  limitMs: number,
): Promise<ProbeResult> {
  if (handler.sleep) {
    await sleep(target.clock, Math.min(handler.sleep.seconds * 1000, limitMs))
    return { ok: true, message: '' }
  }
  const action = probeAction(handler, container.ports ?? [], target.host)
  return target.prober.probe(target.containerId, action, limitMs)
}
