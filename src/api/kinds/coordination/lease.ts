import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { FieldErrors } from '../../field-errors.ts'
import type { LeaseSpec } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'

export interface Lease extends KubeObject {
  spec?: LeaseSpec
}

export const Lease: Kind<Lease> = defineKind<Lease>({
  group: 'coordination.k8s.io',
  version: 'v1',
  kind: 'Lease',
  plural: 'leases',
  schema: schemaOf('io.k8s.api.coordination.v1.Lease'),
  generation: false,
  unconditionalUpdate: false,
  createOnUpdate: true,
  columns: [
    nameColumn,
    column<Lease>('Holder', object => object.spec?.holderIdentity ?? '', { description: 'Who holds the lease now.' }),
    ageColumn,
  ],
  validate: validateLease,
})

function validateLease({ spec }: Lease, errors: FieldErrors): void {
  const seconds = spec?.leaseDurationSeconds
  if (seconds !== undefined && seconds <= 0) {
    errors.invalid('spec.leaseDurationSeconds', seconds, 'must be greater than 0')
  }
  const transitions = spec?.leaseTransitions
  if (transitions !== undefined && transitions < 0) {
    errors.invalid('spec.leaseTransitions', transitions, 'must be greater than or equal to 0')
  }
  if (spec?.preferredHolder !== undefined && !spec.strategy) {
    errors.forbidden('spec.preferredHolder', 'may only be specified when `strategy` is defined')
  }
}
