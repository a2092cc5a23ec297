import type { KindSubresources } from '../../kind.ts'

/** Where the workloads of this group keep what `/scale` shows. */
export const replicaScale: NonNullable<KindSubresources['scale']> = {
  specReplicasPath: ['spec', 'replicas'],
  statusReplicasPath: ['status', 'replicas'],
  selectorPath: ['spec', 'selector'],
}
