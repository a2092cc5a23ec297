import type { Container, EphemeralContainer, PodSpec } from '../../generated/types.ts'
import { setContainerDefaults } from './container-defaults.ts'
import type { Pod } from './pod.ts'
import { setVolumeDefaults } from './volume-defaults.ts'

/** Kubernetes' defaults of a Pod: those of any pod template, and those that only a pod itself has. */
export function setPodDefaults(draft: Pod): void {
  draft.spec ??= { containers: [] }
  const { spec } = draft
  setPodSpecDefaults(spec)
  spec.enableServiceLinks ??= true
  if (spec.hostNetwork) setHostPorts(spec)
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) requestLimits(container)
}

/** Defaults that a pod template has too. */
export function setPodSpecDefaults(spec: PodSpec): void {
  spec.dnsPolicy ||= 'ClusterFirst'
  spec.restartPolicy ||= 'Always'
  spec.schedulerName ||= 'default-scheduler'
  spec.securityContext ??= {}
  spec.terminationGracePeriodSeconds ??= 30
  // The older name of the same field: each follows the other.
  if (spec.serviceAccountName) spec.serviceAccount = spec.serviceAccountName
  else if (spec.serviceAccount) spec.serviceAccountName = spec.serviceAccount
  for (const volume of spec.volumes ?? []) setVolumeDefaults(volume)
  for (const container of allContainers(spec)) setContainerDefaults(container)
}

function allContainers(spec: PodSpec): readonly (Container | EphemeralContainer)[] {
  return [...(spec.initContainers ?? []), ...(spec.containers ?? []), ...(spec.ephemeralContainers ?? [])]
}

/** On the host's network a container's port is the host's. */
function setHostPorts(spec: PodSpec): void {
  for (const container of [...(spec.initContainers ?? []), ...(spec.containers ?? [])]) {
    for (const port of container.ports ?? []) port.hostPort ||= port.containerPort
  }
}

/** What is limited and not requested is requested to its limit. */
function requestLimits({ resources }: Container): void {
  if (resources?.limits === undefined) return
  resources.requests = { ...resources.limits, ...resources.requests }
}
