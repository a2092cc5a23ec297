import type { PodSpec } from '../api/generated/types.ts'
import type { KubeObject } from '../api/object.ts'
import type { AdmissionPlugin, AdmissionReview } from './admission.ts'
import { forbiddenObject } from './forbidden.ts'
import { nodeNameOf } from './node-permissions.ts'
import { REGISTERED_BY } from './pod-references.ts'
import { isPodKind } from './well-known-kinds.ts'

type PodDraft = KubeObject & { spec?: PodSpec }

/** Seconds a pod stays on a node that has gone, unless it says otherwise. */
const TOLERATION_SECONDS = 300
const NODE_CONDITIONS = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']

/** A pod that names no service account runs as `default`. */
const serviceAccountPlugin: AdmissionPlugin = {
  name: 'ServiceAccount',
  async mutate(review) {
    const spec = newPodSpec(review)
    if (spec === undefined) return
    spec.serviceAccountName ||= spec.serviceAccount || 'default'
    spec.serviceAccount = spec.serviceAccountName
  },
}

/** Pods outlive a short absence of their node. */
const defaultTolerationsPlugin: AdmissionPlugin = {
  name: 'DefaultTolerationSeconds',
  async mutate(review) {
    const spec = newPodSpec(review)
    if (spec === undefined) return
    const tolerations = spec.tolerations ?? []
    for (const key of NODE_CONDITIONS) {
      const told = tolerations.some(each => {
        const sameKey = each.key === key || !each.key
        return sameKey && (each.effect === 'NoExecute' || !each.effect)
      })
      if (!told)
        tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: TOLERATION_SECONDS })
    }
    spec.tolerations = tolerations
  },
}

/** There are no priority classes yet: every pod has the same priority. */
const priorityPlugin: AdmissionPlugin = {
  name: 'Priority',
  async mutate(review) {
    const spec = newPodSpec(review)
    if (spec === undefined) return
    spec.priority ??= 0
    spec.preemptionPolicy ??= 'PreemptLowerPriority'
  },
}

/**
 * An agent creates pods only on its own node, without owners: it registers again what it has found running. They are
 * marked, so that such a pod does not open Secrets to its agent before a controller has taken it as its own.
 */
const nodeRestrictionPlugin: AdmissionPlugin = {
  name: 'NodeRestriction',
  async mutate(review) {
    const node = nodeNameOf(review.context.user)
    if (node === undefined || newPodSpec(review) === undefined || review.object === undefined) return
    const { metadata } = review.object
    metadata.annotations = { ...metadata.annotations, [REGISTERED_BY]: node }
  },
  async validate({ operation, context, served, name, object }) {
    const node = nodeNameOf(context.user)
    if (node === undefined || operation !== 'CREATE' || !isPodKind(served.kind)) return
    const { spec, metadata } = object as Readonly<PodDraft>
    const refuse = (what: string) =>
      forbiddenObject(served, name, `node ${JSON.stringify(node)} can only create pods ${what}`)
    if (spec?.nodeName !== node) throw refuse('with spec.nodeName set to itself')
    if (metadata.ownerReferences?.length) throw refuse('without owner references')
  },
}

/** In the order they run, before the plugins that wiring adds. */
export const builtinPlugins: readonly AdmissionPlugin[] = [
  serviceAccountPlugin,
  defaultTolerationsPlugin,
  priorityPlugin,
  nodeRestrictionPlugin,
]

function newPodSpec({ operation, served, object }: AdmissionReview<KubeObject>): PodSpec | undefined {
  if (operation !== 'CREATE' || !isPodKind(served.kind)) return undefined
  return (object as PodDraft | undefined)?.spec
}
