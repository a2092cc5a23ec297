import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { DeploymentSpec, DeploymentStatus } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { podSpecWarnings } from '../core/pod-warnings.ts'
import { validateDeployment, validateDeploymentUpdate } from './deployment-validation.ts'
import { setPodTemplateDefaults } from './pod-template-defaults.ts'
import { replicaScale } from './replica-scale.ts'
import { workloadWideColumns } from './workload-columns.ts'

export interface Deployment extends KubeObject {
  spec: DeploymentSpec
  status?: DeploymentStatus
}

export const Deployment: Kind<Deployment> = defineKind<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  shortNames: ['deploy'],
  categories: ['all'],
  schema: schemaOf('io.k8s.api.apps.v1.Deployment'),
  setDefaults: setDeploymentDefaults,
  subresources: { status: true, scale: replicaScale },
  columns: [
    nameColumn,
    column<Deployment>('Ready', ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`, {
      description: 'Pods that are ready, of those wanted.',
    }),
    column<Deployment>('Up-to-date', ({ status }) => status?.updatedReplicas ?? 0, {
      type: 'integer',
      description: 'Pods made from the newest template.',
    }),
    column<Deployment>('Available', ({ status }) => status?.availableReplicas ?? 0, {
      type: 'integer',
      description: 'Pods ready for at least minReadySeconds.',
    }),
    ageColumn,
    ...workloadWideColumns,
  ],
  prepareCreate(draft) {
    draft.status = {}
  },
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  warnings: ({ spec }) => podSpecWarnings(spec.template.spec, 'spec.template.spec'),
})

const QUARTER = '25%'

function setDeploymentDefaults(draft: Deployment): void {
  if (draft.spec === undefined) return
  const { spec } = draft
  spec.replicas ??= 1
  spec.strategy ??= {}
  spec.strategy.type ||= 'RollingUpdate'
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {}
    spec.strategy.rollingUpdate.maxUnavailable ??= QUARTER
    spec.strategy.rollingUpdate.maxSurge ??= QUARTER
  }
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
  setPodTemplateDefaults(spec.template)
}
