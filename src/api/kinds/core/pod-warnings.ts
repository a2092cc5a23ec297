import type { Container, PodSpec } from '../../generated/types.ts'
import { whyNoDnsLabel } from '../../names.ts'
import type { Pod } from './pod.ts'

/** What is allowed, but seldom meant: clients print each as a warning. */
export function podWarnings({ metadata, spec }: Pod): readonly string[] {
  const whyNoHostname = whyNoDnsLabel(metadata.name)
  const warnings = podSpecWarnings(spec, 'spec')
  if (whyNoHostname === undefined) return warnings
  const text = `metadata.name: this is used in the Pod's hostname, which can result in surprising behavior; a DNS label is recommended: [${whyNoHostname}]`
  return [text, ...warnings]
}

/** The same for the spec of a pod or of a template, at `path`. */
export function podSpecWarnings(spec: PodSpec | undefined, path: string): readonly string[] {
  const warnings: string[] = []
  for (const field of ['initContainers', 'containers'] as const) {
    for (const [index, container] of (spec?.[field] ?? []).entries()) {
      const containerPath = `${path}.${field}[${index}]`
      warnings.push(...hiddenVariables(container, containerPath), ...doubledPorts(container, containerPath))
    }
  }
  if ((spec?.terminationGracePeriodSeconds ?? 0) < 0) {
    warnings.push(
      `${path}.terminationGracePeriodSeconds: must be >= 0; negative values are invalid and will be treated as 1`,
    )
  }
  return warnings
}

function hiddenVariables({ env = [] }: Container, path: string): string[] {
  const seen = new Set<string>()
  return env.flatMap(({ name, value }, index) => {
    // A variable made from its own earlier value is meant to follow it.
    const hides = seen.has(name) && !value?.includes(`$(${name})`)
    seen.add(name)
    if (!hides) return []
    return `${path}.env[${index}]: hides previous definition of ${JSON.stringify(name)}, which may be dropped when using apply`
  })
}

function doubledPorts({ ports = [] }: Container, path: string): string[] {
  const seen = new Map<string, number>()
  return ports.flatMap(({ containerPort, protocol, name }, index) => {
    const key = `${containerPort}/${protocol}`
    const first = seen.get(key)
    if (first === undefined) {
      seen.set(key, index)
      return []
    }
    return `${path}.ports[${index}]: duplicate port definition with ${path}.ports[${first}]${name ? ` (${name})` : ''}`
  })
}
