import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { ServiceSpec, ServiceStatus } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import { whyNoDns1035Label } from '../../names.ts'
import type { KubeObject } from '../../object.ts'
import { serviceClaims } from './service-claims.ts'
import { serviceColumns } from './service-columns.ts'
import { setServiceDefaults } from './service-defaults.ts'
import { keepServiceAddresses } from './service-prepare-update.ts'
import { validateServiceUpdate } from './service-update-validation.ts'
import { validateService } from './service-validation.ts'

export interface Service extends KubeObject {
  spec: ServiceSpec
  status?: ServiceStatus
}

export const Service: Kind<Service> = defineKind<Service>({
  group: '',
  version: 'v1',
  kind: 'Service',
  plural: 'services',
  shortNames: ['svc'],
  categories: ['all'],
  schema: schemaOf('io.k8s.api.core.v1.Service'),
  generation: false,
  createOnUpdate: true,
  setDefaults: setServiceDefaults,
  subresources: { status: true },
  columns: serviceColumns,
  selectableFields: {
    'spec.clusterIP': ({ spec }) => spec.clusterIP ?? '',
    'spec.type': ({ spec }) => spec.type ?? '',
  },
  validateName: whyNoDns1035Label,
  prepareCreate(draft) {
    draft.status = { loadBalancer: {} }
  },
  prepareUpdate: keepServiceAddresses,
  validate: validateService,
  validateUpdate: validateServiceUpdate,
  claims: serviceClaims,
})
