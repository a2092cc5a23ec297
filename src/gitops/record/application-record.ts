import type { ApplicationSpec, ApplicationStatus } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import { formatYaml } from './format-yaml.ts'

/** Fields of the status that the status branch keeps; the rest is of the moment. */
const KEPT = [
  'phase',
  'health',
  'message',
  'reasons',
  'desired',
  'attempted',
  'applied',
  'healthy',
  'lastRollout',
  'held',
  'barred',
  'drift',
] as const

/** `status.yaml`: where an application stands. */
export function formatApplicationRecord({ metadata, spec, status = {} }: LiveApplication): string {
  const kept = Object.fromEntries(KEPT.map(field => [field, status[field]]))
  return formatYaml({
    application: metadata.name,
    path: spec.path,
    namespace: spec.namespace,
    dependsOn: spec.dependsOn,
    ...kept,
  })
}

/** `inventory.yaml`: every object it may own. */
export function formatInventoryRecord({ status }: LiveApplication): string {
  return formatYaml({ inventory: status?.inventory ?? [] })
}

export interface RestoredApplication {
  readonly spec: ApplicationSpec
  readonly status: DeepReadonly<ApplicationStatus>
}

/**
 * What a lost store knew, as far as the status branch can tell. Nothing counts as attempted any more, so that everything
 * is applied again; approvals are not restored, so that nothing is deleted on the word of the past.
 */
export function parseApplicationRecord(value: unknown, inventory: unknown): RestoredApplication | undefined {
  if (!isPlainObject(value)) return undefined
  const {
    application: _,
    path,
    namespace,
    dependsOn,
    attempted: __,
    held: ___,
    ...kept
  } = value as Record<string, unknown>
  const status = Object.fromEntries(KEPT.filter(field => Object.hasOwn(kept, field)).map(field => [field, kept[field]]))
  const groups = isPlainObject(inventory) ? getOwn(inventory, 'inventory') : undefined
  return {
    spec: {
      ...(typeof path === 'string' && { path }),
      ...(typeof namespace === 'string' && { namespace }),
      ...(Array.isArray(dependsOn) && { dependsOn: dependsOn as string[] }),
    },
    status: { ...status, phase: 'Pending', ...(Array.isArray(groups) && { inventory: groups }) } as ApplicationStatus,
  }
}
