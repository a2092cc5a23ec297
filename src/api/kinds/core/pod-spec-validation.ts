import type { FieldErrors } from '../../field-errors.ts'
import type { Container, EphemeralContainer, PodSecurityContext, PodSpec } from '../../generated/types.ts'
import { whyNoDnsLabel, whyNoDnsSubdomain } from '../../names.ts'
import { isIPAddress, WHY_NO_IP_ADDRESS } from '../../validation/ip-address.ts'
import { validateLabels } from '../../validation/labels.ts'
import { validateNonNegative, validateRange } from '../../validation/numbers.ts'
import { validateOneOf, validateOptionalName } from '../../validation/validate-name.ts'
import { validateContainer } from './container-validation.ts'
import { validateAffinity } from './pod-affinity-validation.ts'
import { validateTolerations, validateTopologySpread } from './pod-placement-validation.ts'
import { validateVolumes } from './volume-validation.ts'

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never']
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None']
const INT32_MAX = 2_147_483_647
const NAMESERVERS_MAX = 3

/** What must hold for the spec of a pod, or of a template, at `path`. */
export function validatePodSpec(spec: PodSpec, path: string, errors: FieldErrors): void {
  const volumeNames = validateVolumes(spec.volumes ?? [], `${path}.volumes`, errors)
  validateContainers(spec, volumeNames, path, errors)
  validateOneOf(spec.restartPolicy, RESTART_POLICIES, `${path}.restartPolicy`, errors)
  validateOneOf(spec.dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`, errors)
  validateNonNegative(spec.terminationGracePeriodSeconds, `${path}.terminationGracePeriodSeconds`, errors)
  if (spec.activeDeadlineSeconds !== undefined) {
    validateRange(spec.activeDeadlineSeconds, 1, INT32_MAX, `${path}.activeDeadlineSeconds`, errors)
  }
  validateLabels(spec.nodeSelector, `${path}.nodeSelector`, errors)
  validateNames(spec, path, errors)
  validateHost(spec, path, errors)
  validateDnsConfig(spec, path, errors)
  validateSecurityContext(spec.securityContext, `${path}.securityContext`, errors)
  validateAffinity(spec.affinity, `${path}.affinity`, errors)
  validateTolerations(spec.tolerations ?? [], `${path}.tolerations`, errors)
  validateTopologySpread(spec.topologySpreadConstraints ?? [], `${path}.topologySpreadConstraints`, errors)
}

function validateContainers(spec: PodSpec, volumeNames: ReadonlySet<string>, path: string, errors: FieldErrors): void {
  const names = new Set<string>()
  const each = (
    containers: readonly (Container | EphemeralContainer)[] | undefined,
    field: string,
    sort: 'init' | 'main' | 'ephemeral',
  ) => {
    for (const [index, container] of (containers ?? []).entries()) {
      const containerPath = `${path}.${field}[${index}]`
      validateContainer(container, { sort, volumeNames, hostNetwork: spec.hostNetwork ?? false }, containerPath, errors)
      if (names.has(container.name)) errors.duplicate(`${containerPath}.name`, container.name)
      names.add(container.name)
    }
  }
  if (!spec.containers?.length) errors.required(`${path}.containers`)
  each(spec.containers, 'containers', 'main')
  each(spec.initContainers, 'initContainers', 'init')
  each(spec.ephemeralContainers, 'ephemeralContainers', 'ephemeral')
  validateHostPorts(spec, path, errors)
}

/** Two containers of one pod cannot open the same port of the host. */
function validateHostPorts(spec: PodSpec, path: string, errors: FieldErrors): void {
  const used = new Set<string>()
  for (const [index, container] of (spec.containers ?? []).entries()) {
    for (const [position, port] of (container.ports ?? []).entries()) {
      if (!port.hostPort) continue
      const claim = `${port.protocol}/${port.hostIP ?? ''}/${port.hostPort}`
      if (used.has(claim)) errors.duplicate(`${path}.containers[${index}].ports[${position}].hostPort`, claim)
      used.add(claim)
    }
  }
}

function validateNames(spec: PodSpec, path: string, errors: FieldErrors): void {
  validateOptionalName(spec.serviceAccountName, whyNoDnsSubdomain, `${path}.serviceAccountName`, errors)
  validateOptionalName(spec.nodeName, whyNoDnsSubdomain, `${path}.nodeName`, errors)
  validateOptionalName(spec.priorityClassName, whyNoDnsSubdomain, `${path}.priorityClassName`, errors)
  validateOptionalName(spec.runtimeClassName, whyNoDnsSubdomain, `${path}.runtimeClassName`, errors)
  validateOptionalName(spec.schedulerName, whyNoDnsSubdomain, `${path}.schedulerName`, errors)
  validateOptionalName(spec.hostname, whyNoDnsLabel, `${path}.hostname`, errors)
  validateOptionalName(spec.subdomain, whyNoDnsLabel, `${path}.subdomain`, errors)
  for (const [index, secret] of (spec.imagePullSecrets ?? []).entries()) {
    if (!secret.name) errors.required(`${path}.imagePullSecrets[${index}].name`)
  }
  for (const [index, gate] of (spec.readinessGates ?? []).entries()) {
    if (!gate.conditionType) errors.required(`${path}.readinessGates[${index}].conditionType`)
  }
}

function validateHost(spec: PodSpec, path: string, errors: FieldErrors): void {
  if (spec.shareProcessNamespace && spec.hostPID) {
    errors.invalid(`${path}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')
  }
  for (const [index, alias] of (spec.hostAliases ?? []).entries()) {
    const aliasPath = `${path}.hostAliases[${index}]`
    if (!isIPAddress(alias.ip ?? '')) errors.invalid(`${aliasPath}.ip`, alias.ip, WHY_NO_IP_ADDRESS)
    for (const [position, hostname] of (alias.hostnames ?? []).entries()) {
      validateOptionalName(hostname, whyNoDnsSubdomain, `${aliasPath}.hostnames[${position}]`, errors)
    }
  }
}

function validateDnsConfig({ dnsConfig, dnsPolicy }: PodSpec, path: string, errors: FieldErrors): void {
  const nameservers = dnsConfig?.nameservers ?? []
  if (dnsPolicy === 'None' && nameservers.length === 0) {
    errors.required(
      `${path}.dnsConfig.nameservers`,
      'must provide at least one DNS nameserver when `dnsPolicy` is None',
    )
  }
  if (nameservers.length > NAMESERVERS_MAX) {
    errors.invalid(
      `${path}.dnsConfig.nameservers`,
      nameservers,
      `must not have more than ${NAMESERVERS_MAX} nameservers`,
    )
  }
  for (const [index, address] of nameservers.entries()) {
    if (!isIPAddress(address)) errors.invalid(`${path}.dnsConfig.nameservers[${index}]`, address, WHY_NO_IP_ADDRESS)
  }
}

function validateSecurityContext(context: PodSecurityContext | undefined, path: string, errors: FieldErrors): void {
  for (const field of ['runAsUser', 'runAsGroup', 'fsGroup'] as const) {
    const id = context?.[field]
    if (id !== undefined) validateRange(id, 0, INT32_MAX, `${path}.${field}`, errors)
  }
  for (const [index, id] of (context?.supplementalGroups ?? []).entries()) {
    validateRange(id, 0, INT32_MAX, `${path}.supplementalGroups[${index}]`, errors)
  }
}
