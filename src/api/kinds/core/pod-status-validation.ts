import type { FieldErrors } from '../../field-errors.ts'
import type { ContainerStatus } from '../../generated/types.ts'
import { isIPAddress, WHY_NO_IP_ADDRESS } from '../../validation/ip-address.ts'
import type { Pod } from './pod.ts'

/** What no report of an agent may say: a container that ended for good does not run again. */
export function validatePodStatusUpdate(object: Pod, current: Pod, errors: FieldErrors): void {
  for (const [index, { ip }] of (object.status?.podIPs ?? []).entries()) {
    if (!isIPAddress(ip ?? '')) errors.invalid(`status.podIPs[${index}].ip`, ip, WHY_NO_IP_ADDRESS)
  }
  if (object.spec.restartPolicy === 'Always') return
  const before = new Map((current.status?.containerStatuses ?? []).map(status => [status.name, status]))
  for (const [index, status] of (object.status?.containerStatuses ?? []).entries()) {
    if (!restarts(before.get(status.name), status, object.spec.restartPolicy)) continue
    errors.forbidden(`status.containerStatuses[${index}].state`, 'may not be transitioned to non-terminated state')
  }
}

function restarts(
  before: ContainerStatus | undefined,
  now: ContainerStatus,
  restartPolicy: string | undefined,
): boolean {
  const ended = before?.state?.terminated
  if (ended === undefined || now.state?.terminated !== undefined) return false
  return restartPolicy === 'Never' || ended.exitCode === 0
}
