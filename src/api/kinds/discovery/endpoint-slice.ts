import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { DiscoveryV1EndpointPort, Endpoint } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { validateEndpointSlice, validateEndpointSliceUpdate } from './endpoint-slice-validation.ts'

export interface EndpointSlice extends KubeObject {
  addressType: string
  endpoints: Endpoint[]
  ports?: DiscoveryV1EndpointPort[]
}

export const EndpointSlice: Kind<EndpointSlice> = defineKind<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  schema: schemaOf('io.k8s.api.discovery.v1.EndpointSlice'),
  generation: true,
  setDefaults(draft) {
    for (const port of draft.ports ?? []) {
      port.name ??= ''
      port.protocol ??= 'TCP'
    }
  },
  columns: [
    nameColumn,
    column<EndpointSlice>('AddressType', object => object.addressType, { description: 'IPv4, IPv6 or FQDN.' }),
    column<EndpointSlice>('Ports', object => firstFew((object.ports ?? []).map(showPort), '<unset>')),
    column<EndpointSlice>('Endpoints', object =>
      firstFew(
        (object.endpoints ?? []).flatMap(endpoint => endpoint.addresses),
        '<unset>',
      ),
    ),
    ageColumn,
  ],
  validate: validateEndpointSlice,
  validateUpdate: validateEndpointSliceUpdate,
})

const SHOWN_COUNT_MAX = 3

function firstFew(texts: readonly string[], none: string): string {
  if (texts.length === 0) return none
  const shown = texts.slice(0, SHOWN_COUNT_MAX).join(',')
  return texts.length > SHOWN_COUNT_MAX ? `${shown} + ${texts.length - SHOWN_COUNT_MAX} more...` : shown
}

function showPort(port: DiscoveryV1EndpointPort): string {
  return port.port === undefined ? '*' : String(port.port)
}
