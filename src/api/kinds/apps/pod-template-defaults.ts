import type { PodTemplateSpec } from '../../generated/types.ts'
import { setPodSpecDefaults } from '../core/pod-defaults.ts'

/** Defaults inside a workload's pod template. */
export function setPodTemplateDefaults(template: PodTemplateSpec | undefined): void {
  if (template?.spec !== undefined) setPodSpecDefaults(template.spec)
}
