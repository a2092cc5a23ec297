import type { FieldErrors } from '../../field-errors.ts'
import { whyNoDns1035Label, whyNoDnsLabel, whyNoDnsSubdomain } from '../../names.ts'
import { isIPv4, isIPv6 } from '../../validation/ip-address.ts'
import type { EndpointSlice } from './endpoint-slice.ts'

const ENDPOINTS_MAX = 1000
const PORTS_MAX = 20_000
const ADDRESSES_MAX = 100
const ADDRESS_TYPES = ['IPv4', 'IPv6', 'FQDN']
const PROTOCOLS = ['TCP', 'UDP', 'SCTP']

export function validateEndpointSlice(object: EndpointSlice, errors: FieldErrors): void {
  if (!object.addressType) errors.required('addressType')
  else if (!ADDRESS_TYPES.includes(object.addressType)) {
    errors.notSupported('addressType', object.addressType, ADDRESS_TYPES)
  }
  validateEndpoints(object, errors)
  validatePorts(object, errors)
}

export function validateEndpointSliceUpdate(object: EndpointSlice, current: EndpointSlice, errors: FieldErrors): void {
  if (object.addressType !== current.addressType) {
    errors.invalid('addressType', object.addressType, 'field is immutable')
  }
}

function validateEndpoints({ endpoints = [], addressType }: EndpointSlice, errors: FieldErrors): void {
  if (endpoints.length > ENDPOINTS_MAX) {
    errors.tooMany('endpoints', endpoints.length, ENDPOINTS_MAX)
    return
  }
  for (const [index, endpoint] of endpoints.entries()) {
    const path = `endpoints[${index}]`
    const addresses = endpoint.addresses ?? []
    if (addresses.length === 0) errors.required(`${path}.addresses`, 'must contain at least 1 address')
    if (addresses.length > ADDRESSES_MAX) errors.tooMany(`${path}.addresses`, addresses.length, ADDRESSES_MAX)
    for (const [position, address] of addresses.slice(0, ADDRESSES_MAX).entries()) {
      const why = whyNoAddress(address, addressType)
      if (why !== undefined) errors.invalid(`${path}.addresses[${position}]`, address, why)
    }
    const why = endpoint.hostname === undefined ? undefined : whyNoDnsLabel(endpoint.hostname)
    if (why !== undefined) errors.invalid(`${path}.hostname`, endpoint.hostname, why)
  }
}

function whyNoAddress(address: string, addressType: string): string | undefined {
  if (addressType === 'IPv4') return isIPv4(address) ? undefined : 'must be an IPv4 address'
  if (addressType === 'IPv6') return isIPv6(address) ? undefined : 'must be an IPv6 address'
  return addressType === 'FQDN' ? whyNoDnsSubdomain(address) : undefined
}

function validatePorts({ ports = [] }: EndpointSlice, errors: FieldErrors): void {
  if (ports.length > PORTS_MAX) {
    errors.tooMany('ports', ports.length, PORTS_MAX)
    return
  }
  const names = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const path = `ports[${index}]`
    const name = port.name ?? ''
    const why = name === '' ? undefined : whyNoDns1035Label(name) && whyNoDnsLabel(name)
    if (why !== undefined) errors.invalid(`${path}.name`, name, why)
    if (names.has(name)) errors.duplicate(`${path}.name`, name)
    names.add(name)
    if (!PROTOCOLS.includes(port.protocol ?? '')) {
      errors.notSupported(`${path}.protocol`, port.protocol ?? '', PROTOCOLS)
    }
  }
}
