import type { FieldErrors } from '../../field-errors.ts'
import type { Container, ContainerPort, EphemeralContainer, VolumeMount } from '../../generated/types.ts'
import { whyNoDnsLabel } from '../../names.ts'
import { isIPAddress, WHY_NO_IP_ADDRESS } from '../../validation/ip-address.ts'
import { validatePort, validateRange, whyNoPortName } from '../../validation/numbers.ts'
import { whyNoRelativePath } from '../../validation/relative-path.ts'
import { validateOneOf, validateRequiredName } from '../../validation/validate-name.ts'
import { validateEnv } from './env-validation.ts'
import { validateHandler, validateProbe } from './probe-validation.ts'
import { validateResources } from './resources-validation.ts'

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never']
const MESSAGE_POLICIES = ['File', 'FallbackToLogsOnError']
const PROTOCOLS = ['SCTP', 'TCP', 'UDP']
const INT32_MAX = 2_147_483_647

interface ContainerSurroundings {
  readonly sort: 'init' | 'main' | 'ephemeral'
  readonly volumeNames: ReadonlySet<string>
  readonly hostNetwork: boolean
}

export function validateContainer(
  container: Container | EphemeralContainer,
  surroundings: ContainerSurroundings,
  path: string,
  errors: FieldErrors,
): void {
  validateRequiredName(container.name, whyNoDnsLabel, `${path}.name`, errors)
  if (!container.image) errors.required(`${path}.image`)
  else if (container.image.trim() !== container.image) {
    errors.invalid(`${path}.image`, container.image, 'must not have leading or trailing whitespace')
  }
  validateOneOf(container.imagePullPolicy, PULL_POLICIES, `${path}.imagePullPolicy`, errors)
  validateOneOf(container.terminationMessagePolicy, MESSAGE_POLICIES, `${path}.terminationMessagePolicy`, errors)
  validatePorts(container.ports ?? [], surroundings.hostNetwork, `${path}.ports`, errors)
  validateEnv(container, path, errors)
  validateVolumeMounts(container.volumeMounts ?? [], surroundings.volumeNames, `${path}.volumeMounts`, errors)
  validateResources(container.resources, `${path}.resources`, errors)
  validateSecurityContext(container, path, errors)
  validateLife(container, surroundings.sort, path, errors)
}

function validatePorts(ports: readonly ContainerPort[], hostNetwork: boolean, path: string, errors: FieldErrors): void {
  const names = new Set<string>()
  for (const [index, port] of ports.entries()) {
    const portPath = `${path}[${index}]`
    if (port.name) {
      const why = whyNoPortName(port.name)
      if (why !== undefined) errors.invalid(`${portPath}.name`, port.name, why)
      else if (names.has(port.name)) errors.duplicate(`${portPath}.name`, port.name)
      names.add(port.name)
    }
    if (!port.containerPort) errors.required(`${portPath}.containerPort`)
    else validatePort(port.containerPort, `${portPath}.containerPort`, errors)
    if (port.hostPort) validatePort(port.hostPort, `${portPath}.hostPort`, errors)
    // In a template it may be left out: its pods get it by default.
    if (hostNetwork && port.hostPort && port.hostPort !== port.containerPort) {
      errors.invalid(`${portPath}.hostPort`, port.hostPort, 'must match `containerPort` when `hostNetwork` is true')
    }
    validateOneOf(port.protocol, PROTOCOLS, `${portPath}.protocol`, errors)
    if (port.hostIP && !isIPAddress(port.hostIP)) errors.invalid(`${portPath}.hostIP`, port.hostIP, WHY_NO_IP_ADDRESS)
  }
}

function validateVolumeMounts(
  mounts: readonly VolumeMount[],
  volumeNames: ReadonlySet<string>,
  path: string,
  errors: FieldErrors,
): void {
  const mountPaths = new Set<string>()
  for (const [index, mount] of mounts.entries()) {
    const mountPath = `${path}[${index}]`
    if (!mount.name) errors.required(`${mountPath}.name`)
    else if (!volumeNames.has(mount.name)) {
      errors.add('FieldValueNotFound', `${mountPath}.name`, `Not found: ${JSON.stringify(mount.name)}`)
    }
    if (!mount.mountPath) errors.required(`${mountPath}.mountPath`)
    else if (mountPaths.has(mount.mountPath))
      errors.invalid(`${mountPath}.mountPath`, mount.mountPath, 'must be unique')
    mountPaths.add(mount.mountPath)
    if (mount.subPath && mount.subPathExpr) {
      errors.invalid(`${mountPath}.subPathExpr`, mount.subPathExpr, 'subPathExpr and subPath are mutually exclusive')
    }
    for (const field of ['subPath', 'subPathExpr'] as const) {
      const why = mount[field] ? whyNoRelativePath(mount[field]) : undefined
      if (why !== undefined) errors.invalid(`${mountPath}.${field}`, mount[field], why)
    }
  }
}

function validateSecurityContext(container: Container | EphemeralContainer, path: string, errors: FieldErrors): void {
  const context = container.securityContext
  for (const field of ['runAsUser', 'runAsGroup'] as const) {
    const id = context?.[field]
    if (id !== undefined) validateRange(id, 0, INT32_MAX, `${path}.securityContext.${field}`, errors)
  }
  if (context?.privileged && context.allowPrivilegeEscalation === false) {
    const why = 'cannot set `allowPrivilegeEscalation` to false and `privileged` to true'
    errors.invalid(`${path}.securityContext`, context, why)
  }
}

/** Probes and hooks: only containers that go on running have them. */
function validateLife(
  container: Container | EphemeralContainer,
  sort: ContainerSurroundings['sort'],
  path: string,
  errors: FieldErrors,
): void {
  const why = whyNoLife(container, sort)
  for (const field of ['livenessProbe', 'readinessProbe', 'startupProbe'] as const) {
    const probe = container[field]
    if (probe === undefined) continue
    if (why !== undefined) errors.forbidden(`${path}.${field}`, why)
    else validateProbe(probe, field, `${path}.${field}`, errors)
  }
  const { lifecycle } = container
  if (lifecycle === undefined) return
  if (why !== undefined) {
    errors.forbidden(`${path}.lifecycle`, why)
    return
  }
  for (const field of ['postStart', 'preStop'] as const) {
    const handler = lifecycle[field]
    if (handler !== undefined) validateHandler(handler, `${path}.lifecycle.${field}`, errors)
  }
}

function whyNoLife(container: Container | EphemeralContainer, sort: ContainerSurroundings['sort']): string | undefined {
  if (sort === 'ephemeral') return 'cannot be set for an Ephemeral Container'
  if (sort === 'init' && container.restartPolicy !== 'Always') {
    return 'may not be set for init containers without restartPolicy=Always'
  }
  return undefined
}
