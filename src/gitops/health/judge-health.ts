import { parseGroupVersion } from '../../api/kind.ts'
import type { Health } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'

export interface HealthVerdict {
  readonly health: Health
  /** Why not Healthy: counts and machine-written reasons only, never text from a container or probe. */
  readonly reason?: string
}

interface Condition {
  readonly type?: string
  readonly status?: string
  readonly reason?: string
}

/** What judges look at: every kind's spec and status, read carefully because any kind may come here. */
interface Judged {
  readonly spec: Readonly<Record<string, unknown>>
  readonly status: Readonly<Record<string, unknown>>
  readonly conditions: readonly Condition[]
}

const HEALTHY: HealthVerdict = { health: 'Healthy' }

/** How one live object does. Pure; undefined = it is not there. */
export function judgeHealth(object: DeepReadonly<KubeObject> | undefined): HealthVerdict {
  if (object === undefined) return progressing('not there yet')
  if (object.metadata.deletionTimestamp !== undefined) return progressing('being deleted')
  const judged = judgedOf(object)
  if (isLagging(object, judged)) return progressing('its controller has not seen the newest spec yet')
  const judge = JUDGES[`${parseGroupVersion(object.apiVersion).group}/${object.kind}`]
  return judge === undefined ? judgeConditions(judged) : judge(judged)
}

function judgedOf(object: DeepReadonly<KubeObject>): Judged {
  const { spec, status } = object as unknown as { readonly spec?: unknown; readonly status?: unknown }
  const conditions = recordOf(status)['conditions']
  return {
    spec: recordOf(spec),
    status: recordOf(status),
    conditions: Array.isArray(conditions) ? conditions.map(condition => recordOf(condition)) : [],
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function isLagging(object: DeepReadonly<KubeObject>, { status }: Judged): boolean {
  const observed = status['observedGeneration']
  return typeof observed === 'number' && observed < (object.metadata.generation ?? 0)
}

const JUDGES: Readonly<Record<string, (judged: Judged) => HealthVerdict>> = {
  'apps/Deployment': judgeDeployment,
  'apps/ReplicaSet': judgeReplicas,
  'apps/StatefulSet': judgeStatefulSet,
  'apps/DaemonSet': judgeDaemonSet,
  'batch/Job': judgeJob,
  '/Pod': judgePod,
  '/Service': judgeService,
  '/Namespace': ({ status }) => (status['phase'] === 'Active' ? HEALTHY : progressing('not active yet')),
  '/PersistentVolumeClaim': judgeVolumeClaim,
  'apiextensions.k8s.io/CustomResourceDefinition': judgeDefinition,
}

function judgeDeployment({ spec, status, conditions }: Judged): HealthVerdict {
  const stuck = conditionOf(conditions, 'Progressing')
  if (stuck?.reason === 'ProgressDeadlineExceeded')
    return degraded(`${readyOf(spec, status)}; progress deadline exceeded`)
  if (status['observedGeneration'] === undefined) return progressing('its controller has not seen it yet')
  const wanted = numberOf(spec['replicas'], 1)
  if (numberOf(status['updatedReplicas']) < wanted) {
    return progressing(`${numberOf(status['updatedReplicas'])} of ${wanted} replicas are updated`)
  }
  const old = numberOf(status['replicas']) - numberOf(status['updatedReplicas'])
  if (old > 0) return progressing(`${old} old replicas are still there`)
  if (numberOf(status['availableReplicas']) < wanted) return progressing(readyOf(spec, status))
  return HEALTHY
}

function readyOf(spec: Judged['spec'], status: Judged['status']): string {
  return `${numberOf(status['availableReplicas'])} of ${numberOf(spec['replicas'], 1)} replicas are available`
}

function judgeReplicas({ spec, status, conditions }: Judged): HealthVerdict {
  if (conditionOf(conditions, 'ReplicaFailure')?.status === 'True') return degraded('replicas cannot be created')
  if (status['observedGeneration'] === undefined) return progressing('its controller has not seen it yet')
  const wanted = numberOf(spec['replicas'], 1)
  const ready = numberOf(status['readyReplicas'])
  return ready < wanted ? progressing(`${ready} of ${wanted} replicas are ready`) : HEALTHY
}

function judgeStatefulSet(judged: Judged): HealthVerdict {
  const { spec, status } = judged
  if (status['observedGeneration'] === undefined) return progressing('its controller has not seen it yet')
  const wanted = numberOf(spec['replicas'], 1)
  const updated = status['updateRevision'] === status['currentRevision'] ? wanted : numberOf(status['updatedReplicas'])
  if (updated < wanted) return progressing(`${updated} of ${wanted} replicas are updated`)
  return judgeReplicas(judged)
}

function judgeDaemonSet({ status }: Judged): HealthVerdict {
  if (status['observedGeneration'] === undefined) return progressing('its controller has not seen it yet')
  const wanted = numberOf(status['desiredNumberScheduled'])
  const updated = numberOf(status['updatedNumberScheduled'])
  const available = numberOf(status['numberAvailable'])
  if (updated < wanted) return progressing(`${updated} of ${wanted} pods are updated`)
  return available < wanted ? progressing(`${available} of ${wanted} pods are available`) : HEALTHY
}

function judgeJob({ conditions }: Judged): HealthVerdict {
  if (conditionOf(conditions, 'Failed')?.status === 'True') return degraded('the job failed')
  return conditionOf(conditions, 'Complete')?.status === 'True' ? HEALTHY : progressing('the job is not complete')
}

function judgePod({ status, conditions }: Judged): HealthVerdict {
  if (status['phase'] === 'Succeeded') return HEALTHY
  if (status['phase'] === 'Failed') return degraded('the pod failed')
  return conditionOf(conditions, 'Ready')?.status === 'True' ? HEALTHY : progressing('the pod is not ready')
}

function judgeService({ spec, status }: Judged): HealthVerdict {
  if (spec['type'] !== 'LoadBalancer') return HEALTHY
  const ingress = recordOf(status['loadBalancer'])['ingress']
  return Array.isArray(ingress) && ingress.length > 0 ? HEALTHY : progressing('it has no load balancer address yet')
}

function judgeVolumeClaim({ status }: Judged): HealthVerdict {
  if (status['phase'] === 'Lost') return degraded('its volume is lost')
  return status['phase'] === 'Bound' ? HEALTHY : progressing('it is not bound to a volume')
}

function judgeDefinition({ conditions }: Judged): HealthVerdict {
  if (conditionOf(conditions, 'NamesAccepted')?.status === 'False') return degraded('its names are taken')
  return conditionOf(conditions, 'Established')?.status === 'True' ? HEALTHY : progressing('it is not established')
}

/** Kinds nobody here knows: the conditions that most of them use. */
function judgeConditions({ conditions }: Judged): HealthVerdict {
  for (const bad of ['Stalled', 'Failed']) {
    if (conditionOf(conditions, bad)?.status === 'True') return degraded(`condition ${bad} is True`)
  }
  for (const good of ['Ready', 'Available', 'Healthy']) {
    const condition = conditionOf(conditions, good)
    if (condition !== undefined && condition.status !== 'True') return progressing(`condition ${good} is not True`)
  }
  return HEALTHY
}

function conditionOf(conditions: readonly Condition[], type: string): Condition | undefined {
  return conditions.find(condition => condition.type === type)
}

function numberOf(value: unknown, otherwise = 0): number {
  return typeof value === 'number' ? value : otherwise
}

function progressing(reason: string): HealthVerdict {
  return { health: 'Progressing', reason }
}

function degraded(reason: string): HealthVerdict {
  return { health: 'Degraded', reason }
}
