import type { LabelSelectorObject } from '../api/selector/label-selector.ts'
import { labelSelectorMatcher } from '../api/selector/label-selector.ts'

/**
 * The pods (or replica sets) that a workload's selector means. Unlike elsewhere an empty selector selects nothing: a
 * workload that owned every pod of its namespace would be a mistake.
 */
export function workloadSelector(
  selector: LabelSelectorObject | undefined,
): (labels: Readonly<Record<string, string>> | undefined) => boolean {
  const isEmpty = !selector?.matchExpressions?.length && Object.keys(selector?.matchLabels ?? {}).length === 0
  if (isEmpty) return () => false
  const matcher = labelSelectorMatcher(selector)
  return labels => matcher.matches(labels ?? {})
}
