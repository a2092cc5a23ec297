import type { Health } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { Client } from '../../client/client.ts'
import { keyOf, readLive } from '../apply/read-live.ts'
import { formatRef } from '../object/object-ref.ts'
import type { RenderedObject } from '../render/rendered-application.ts'
import type { ExplainedPod } from './explain-pods.ts'
import { explainPods } from './explain-pods.ts'
import { judgeHealth } from './judge-health.ts'

export interface ApplicationHealth {
  readonly health: Health
  /** One sentence per object that is not Healthy; at most 20. */
  readonly reasons: readonly string[]
  /** Objects that are Healthy, of all. */
  readonly healthyCount: number
}

const REASONS_MAX = 20

/** How the objects of one application do together: as its worst object does. */
export async function observeHealth(client: Client, objects: readonly RenderedObject[]): Promise<ApplicationHealth> {
  const reasons: string[] = []
  let health: Health = 'Healthy'
  let healthyCount = 0
  for (const { kind, ref } of objects) {
    const live = await readLive(client, kind, keyOf(ref))
    const verdict = judgeHealth(live)
    if (verdict.health === 'Healthy') healthyCount += 1
    else if (reasons.length < REASONS_MAX) {
      const pods = await explainPods(await podsOf(client, live))
      reasons.push([`${formatRef(ref)}: ${verdict.reason ?? verdict.health}`, ...pods].join('; '))
    }
    health = worse(health, verdict.health)
  }
  return { health, reasons, healthyCount }
}

const ORDER: readonly Health[] = ['Healthy', 'Progressing', 'Degraded']

function worse(a: Health, b: Health): Health {
  return ORDER.indexOf(a) >= ORDER.indexOf(b) ? a : b
}

const PODS_READ_MAX = 200

/** Pods that a workload selects by labels; none for other kinds. */
async function podsOf(
  client: Client,
  live: DeepReadonly<KubeObject> | undefined,
): Promise<readonly DeepReadonly<ExplainedPod>[]> {
  const { namespace } = live?.metadata ?? {}
  const pods = client.kinds.byKind('v1', 'Pod')
  const labelSelector = selectorOf(live)
  if (pods === undefined || namespace === undefined || labelSelector === undefined) return []
  const list = await client.list(pods.kind, { namespace, labelSelector, limit: PODS_READ_MAX })
  return list.items as unknown as readonly DeepReadonly<ExplainedPod>[]
}

function selectorOf(live: DeepReadonly<KubeObject> | undefined): string | undefined {
  const spec = (live as { readonly spec?: unknown } | undefined)?.spec
  const selector = isPlainObject(spec) ? getOwn(spec, 'selector') : undefined
  const labels = isPlainObject(selector) ? getOwn(selector, 'matchLabels') : undefined
  if (!isPlainObject(labels)) return undefined
  const terms = Object.entries(labels).map(([key, value]) => `${key}=${String(value)}`)
  return terms.length === 0 ? undefined : terms.join(',')
}
