import type { PodTemplateSpec } from '../../src/api/generated/types.ts'
import type { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import type { ReplicaSet } from '../../src/api/kinds/apps/replica-set.ts'
import type { Pod } from '../../src/api/kinds/core/pod.ts'
import type { ObjectMeta } from '../../src/api/object.ts'
import { formatTime } from '../../src/lib/clock.ts'

/** Objects as the API server would hand them out, short to write in a table. */

export const NOW_MS = 1_700_000_000_000

export interface PodShape {
  readonly name: string
  readonly node?: string
  readonly phase?: 'Pending' | 'Running' | 'Succeeded' | 'Failed' | 'Unknown'
  /** How long it has been ready; not ready when left out. */
  readonly readyForSeconds?: number
  readonly owner?: { readonly kind: string; readonly name: string; readonly uid: string }
  readonly metadata?: Partial<ObjectMeta>
  readonly restarts?: number
}

export function makePod(shape: PodShape): Pod {
  const { name, node, phase = 'Running', readyForSeconds, owner, metadata, restarts } = shape
  const ready = readyForSeconds !== undefined
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      namespace: 'default',
      uid: `uid-${name}`,
      labels: { app: 'web' },
      creationTimestamp: formatTime(NOW_MS - 3_600_000),
      ...(owner && {
        ownerReferences: [{ apiVersion: 'apps/v1', controller: true, blockOwnerDeletion: true, ...owner }],
      }),
      ...metadata,
    },
    spec: { containers: [{ name: 'main' }], ...(node && { nodeName: node }) },
    status: {
      phase,
      conditions: [
        ...(node ? [{ type: 'PodScheduled', status: 'True' }] : []),
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          lastTransitionTime: formatTime(NOW_MS - (readyForSeconds ?? 0) * 1000),
        },
      ],
      ...(restarts !== undefined && {
        containerStatuses: [{ name: 'main', image: '', imageID: '', ready, restartCount: restarts }],
      }),
    },
  } as Pod
}

export function makeTemplate(image = 'web:1', labels: Record<string, string> = { app: 'web' }): PodTemplateSpec {
  return { metadata: { labels }, spec: { containers: [{ name: 'main', image }] } } as PodTemplateSpec
}

export function makeReplicaSet(name: string, replicas: number, change: Partial<ReplicaSet> = {}): ReplicaSet {
  const { metadata, spec, status, ...rest } = change
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: { name, namespace: 'default', uid: `uid-${name}`, generation: 1, labels: { app: 'web' }, ...metadata },
    spec: { replicas, selector: { matchLabels: { app: 'web' } }, template: makeTemplate(), ...spec },
    status: { replicas: 0, observedGeneration: 1, ...status },
    ...rest,
  } as ReplicaSet
}

export function makeDeployment(replicas: number, change: Partial<Deployment> = {}): Deployment {
  const { metadata, spec, status } = change
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace: 'default', uid: 'uid-web', generation: 1, ...metadata },
    spec: {
      replicas,
      selector: { matchLabels: { app: 'web' } },
      template: makeTemplate(),
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      revisionHistoryLimit: 10,
      progressDeadlineSeconds: 600,
      ...spec,
    },
    ...(status && { status }),
  } as Deployment
}
