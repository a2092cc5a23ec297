import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { LocalObjectReference, ObjectReference } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'

export interface ServiceAccount extends KubeObject {
  automountServiceAccountToken?: boolean
  imagePullSecrets?: LocalObjectReference[]
  secrets?: ObjectReference[]
}

export const ServiceAccount: Kind<ServiceAccount> = defineKind<ServiceAccount>({
  group: '',
  version: 'v1',
  kind: 'ServiceAccount',
  plural: 'serviceaccounts',
  shortNames: ['sa'],
  schema: schemaOf('io.k8s.api.core.v1.ServiceAccount'),
  columns: [
    nameColumn,
    column<ServiceAccount>('Secrets', object => object.secrets?.length ?? 0, {
      type: 'integer',
      description: 'Number of secrets its pods may use.',
    }),
    ageColumn,
  ],
})
