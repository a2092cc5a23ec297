import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { PodSpec, PodStatus } from '../../generated/types.ts'
import type { Kind, StrategyContext, SubresourceInfo } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { podColumns } from './pod-columns.ts'
import { setPodDefaults } from './pod-defaults.ts'
import { podQosClass } from './pod-qos-class.ts'
import { validatePodStatusUpdate } from './pod-status-validation.ts'
import { validatePodUpdate } from './pod-update-validation.ts'
import { validatePod } from './pod-validation.ts'
import { podWarnings } from './pod-warnings.ts'

export interface Pod extends KubeObject {
  spec: PodSpec
  status?: PodStatus
}

/** What is served beside the object and its status. */
const OTHER_SUBRESOURCES: readonly SubresourceInfo[] = [
  { name: 'binding', kind: 'Binding', verbs: ['create'] },
  { name: 'eviction', kind: 'Eviction', group: 'policy', version: 'v1', verbs: ['create'] },
  { name: 'log', kind: 'Pod', verbs: ['get'] },
]

export const Pod: Kind<Pod> = defineKind<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  shortNames: ['po'],
  categories: ['all'],
  schema: schemaOf('io.k8s.api.core.v1.Pod'),
  setDefaults: setPodDefaults,
  subresources: { status: true, others: OTHER_SUBRESOURCES },
  columns: podColumns,
  selectableFields: {
    'spec.nodeName': pod => pod.spec.nodeName ?? '',
    'spec.restartPolicy': pod => pod.spec.restartPolicy ?? '',
    'spec.schedulerName': pod => pod.spec.schedulerName ?? '',
    'spec.serviceAccountName': pod => pod.spec.serviceAccountName ?? '',
    'spec.hostNetwork': pod => String(pod.spec.hostNetwork ?? false),
    'status.phase': pod => pod.status?.phase ?? '',
    'status.podIP': pod => pod.status?.podIPs?.[0]?.ip ?? pod.status?.podIP ?? '',
    'status.nominatedNodeName': pod => pod.status?.nominatedNodeName ?? '',
  },
  prepareCreate,
  prepareUpdate: keepQosClass,
  prepareStatusUpdate(draft, current, context) {
    keepQosClass(draft, current, context)
    alignAddresses(draft.status)
  },
  validate: validatePod,
  validateUpdate: validatePodUpdate,
  validateStatusUpdate: validatePodStatusUpdate,
  gracePeriodSeconds: podGracePeriodSeconds,
  warnings: podWarnings,
})

function prepareCreate(draft: Pod): void {
  draft.status = { phase: 'Pending', qosClass: podQosClass(draft.spec) }
}

function keepQosClass(draft: Pod, current: Pod, _context: StrategyContext): void {
  const qosClass = current.status?.qosClass ?? podQosClass(draft.spec)
  draft.status = { ...draft.status, qosClass }
}

/** `podIP` is the first of `podIPs`: writers that set only one of them get both; so for the host. */
function alignAddresses(status: PodStatus | undefined): void {
  if (status === undefined) return
  if (status.podIP !== undefined && !status.podIPs?.length) status.podIPs = [{ ip: status.podIP }]
  else if (status.podIPs?.[0]?.ip !== undefined) status.podIP = status.podIPs[0].ip
  if (status.hostIP !== undefined && !status.hostIPs?.length) status.hostIPs = [{ ip: status.hostIP }]
}

const GRACE_SECONDS_DEFAULT = 30

/** A pod on no node, or one that has ended, has nobody to wait for. */
function podGracePeriodSeconds(pod: Pod, requested: number | undefined): number {
  const phase = pod.status?.phase
  if (!pod.spec.nodeName || phase === 'Succeeded' || phase === 'Failed') return 0
  const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? GRACE_SECONDS_DEFAULT
  return seconds < 0 ? 1 : seconds
}
