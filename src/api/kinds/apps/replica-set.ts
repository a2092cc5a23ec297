import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { ReplicaSetSpec, ReplicaSetStatus } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { podSpecWarnings } from '../core/pod-warnings.ts'
import { setPodTemplateDefaults } from './pod-template-defaults.ts'
import { replicaScale } from './replica-scale.ts'
import { validateReplicaSet, validateReplicaSetUpdate } from './replica-set-validation.ts'
import { workloadWideColumns } from './workload-columns.ts'

export interface ReplicaSet extends KubeObject {
  spec: ReplicaSetSpec
  status?: ReplicaSetStatus
}

export const ReplicaSet: Kind<ReplicaSet> = defineKind<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  shortNames: ['rs'],
  categories: ['all'],
  schema: schemaOf('io.k8s.api.apps.v1.ReplicaSet'),
  setDefaults: setReplicaSetDefaults,
  subresources: { status: true, scale: replicaScale },
  columns: [
    nameColumn,
    column<ReplicaSet>('Desired', ({ spec }) => spec.replicas ?? 0, {
      type: 'integer',
      description: 'Number of pods wanted.',
    }),
    column<ReplicaSet>('Current', ({ status }) => status?.replicas ?? 0, {
      type: 'integer',
      description: 'Number of pods there are.',
    }),
    column<ReplicaSet>('Ready', ({ status }) => status?.readyReplicas ?? 0, {
      type: 'integer',
      description: 'Number of pods that are ready.',
    }),
    ageColumn,
    ...workloadWideColumns,
  ],
  selectableFields: { 'status.replicas': ({ status }) => String(status?.replicas ?? 0) },
  prepareCreate(draft) {
    draft.status = { replicas: 0 }
  },
  validate: validateReplicaSet,
  validateUpdate: validateReplicaSetUpdate,
  warnings: ({ spec }) => podSpecWarnings(spec.template?.spec, 'spec.template.spec'),
})

function setReplicaSetDefaults(draft: ReplicaSet): void {
  if (draft.spec === undefined) return
  draft.spec.replicas ??= 1
  setPodTemplateDefaults(draft.spec.template)
}
