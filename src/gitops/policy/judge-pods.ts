import type { FieldPath } from '../source/parse-manifests.ts'
import { findPodSpec } from './find-pod-spec.ts'
import type { PodRule } from './pod-rules.ts'

export interface PolicyFinding {
  readonly field: FieldPath
  readonly message: string
  readonly remedy: string
}

/** What the pod rules say against one object. Pure. */
export function judgePods(object: unknown, rules: readonly PodRule[]): readonly PolicyFinding[] {
  const found = findPodSpec(object)
  if (found === undefined) return []
  return rules.flatMap(rule =>
    matchesOf(found.spec, rule.field.split('.'), found.path)
      .filter(match => (rule.deny === 'present' ? match.value !== null : match.value === true))
      .map(({ path }) => ({
        field: path,
        message: `${formatPath(path)} is denied by policy ${rule.name}: ${rule.why}`,
        remedy: 'remove it, or put the workload below cluster/',
      })),
  )
}

interface Match {
  readonly path: FieldPath
  readonly value: unknown
}

function matchesOf(value: unknown, [step, ...rest]: readonly string[], path: FieldPath): readonly Match[] {
  if (step === undefined) return [{ path, value }]
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return []
  const name = step.replace(/\[\*\]$/, '')
  if (!Object.hasOwn(value, name)) return []
  const member = (value as Record<string, unknown>)[name]
  if (name === step) return matchesOf(member, rest, [...path, name])
  if (!Array.isArray(member)) return []
  return member.flatMap((item, index) => matchesOf(item, rest, [...path, name, index]))
}

/** `spec.containers[0].securityContext.privileged`. */
function formatPath(path: FieldPath): string {
  return path.map((step, index) => (typeof step === 'number' ? `[${step}]` : index === 0 ? step : `.${step}`)).join('')
}
