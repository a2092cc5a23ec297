import podSafety from '../../../policies/pod-safety.json' with { type: 'json' }

/** A rule over a pod's spec: `field` is a path, `[*]` = every item. */
export interface PodRule {
  readonly name: string
  readonly field: string
  /** `true`: the field must not be true; `present`: it must not be there. */
  readonly deny: 'true' | 'present'
  readonly why: string
}

/** The default policies, as data in `policies/`. */
export const DEFAULT_POD_RULES: readonly PodRule[] = podSafety.rules.map(rule => ({
  ...rule,
  deny: rule.deny === 'present' ? 'present' : 'true',
}))
