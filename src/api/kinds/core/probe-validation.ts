import type { FieldErrors } from '../../field-errors.ts'
import type { HTTPGetAction, LifecycleHandler, Probe } from '../../generated/types.ts'
import { validateNonNegative, validatePort, validatePortReference } from '../../validation/numbers.ts'
import { validateOneOf } from '../../validation/validate-name.ts'

const SCHEMES = ['HTTP', 'HTTPS']
const HEADER_NAME = /^[-A-Za-z0-9]+$/
const COUNTS = [
  'initialDelaySeconds',
  'timeoutSeconds',
  'periodSeconds',
  'successThreshold',
  'failureThreshold',
] as const

export function validateProbe(
  probe: Probe,
  sort: 'livenessProbe' | 'readinessProbe' | 'startupProbe',
  path: string,
  errors: FieldErrors,
): void {
  validateHandler(probe, path, errors)
  for (const field of COUNTS) validateNonNegative(probe[field], `${path}.${field}`, errors)
  if (probe.terminationGracePeriodSeconds !== undefined) {
    const seconds = probe.terminationGracePeriodSeconds
    const gracePath = `${path}.terminationGracePeriodSeconds`
    if (sort === 'readinessProbe') errors.invalid(gracePath, seconds, 'must not be set for readinessProbes')
    else if (seconds <= 0) errors.invalid(gracePath, seconds, 'must be greater than 0')
  }
  if (sort !== 'readinessProbe' && probe.successThreshold !== undefined && probe.successThreshold !== 1) {
    errors.invalid(`${path}.successThreshold`, probe.successThreshold, 'must be 1')
  }
}

const HANDLERS = ['exec', 'httpGet', 'tcpSocket', 'grpc', 'sleep'] as const

/** What is done: exactly one thing. */
export function validateHandler(handler: Probe | LifecycleHandler, path: string, errors: FieldErrors): void {
  const known = handler as Probe & LifecycleHandler
  const given = HANDLERS.filter(field => known[field] !== undefined)
  if (given.length === 0) errors.required(path, 'must specify a handler type')
  for (const field of given.slice(1)) {
    errors.forbidden(`${path}.${field}`, 'may not specify more than 1 handler type')
  }
  if (known.exec !== undefined && !known.exec.command?.length) errors.required(`${path}.exec.command`)
  if (known.httpGet !== undefined) validateHttpGet(known.httpGet, `${path}.httpGet`, errors)
  if (known.tcpSocket !== undefined) validatePortReference(known.tcpSocket.port, `${path}.tcpSocket.port`, errors)
  if (known.grpc !== undefined) validatePort(known.grpc.port, `${path}.grpc.port`, errors)
  if (known.sleep !== undefined) validateNonNegative(known.sleep.seconds, `${path}.sleep.seconds`, errors)
}

function validateHttpGet(action: HTTPGetAction, path: string, errors: FieldErrors): void {
  if (!action.path) errors.required(`${path}.path`)
  validatePortReference(action.port, `${path}.port`, errors)
  validateOneOf(action.scheme, SCHEMES, `${path}.scheme`, errors)
  for (const [index, header] of (action.httpHeaders ?? []).entries()) {
    if (HEADER_NAME.test(header.name)) continue
    const why = "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name')"
    errors.invalid(`${path}.httpHeaders[${index}].name`, header.name, why)
  }
}
