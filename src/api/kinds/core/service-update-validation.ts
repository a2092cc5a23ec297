import type { FieldErrors } from '../../field-errors.ts'
import type { Service } from './service.ts'
import { hasClusterIp } from './service-prepare-update.ts'

/** An address, once given, is what clients have in their hands. */
export function validateServiceUpdate(object: Service, current: Service, errors: FieldErrors): void {
  if (!hasClusterIp(object) || !hasClusterIp(current)) return
  const before = current.spec.clusterIP
  if (before && object.spec.clusterIP !== before) {
    errors.invalid('spec.clusterIPs[0]', object.spec.clusterIP ?? '', 'may not change once set')
  }
}
