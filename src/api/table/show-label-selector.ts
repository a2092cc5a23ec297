import type { LabelSelector, LabelSelectorRequirement } from '../generated/types.ts'

/** A selector as kubectl prints it: `app=hello,tier in (api,web)`; `<none>` selects everything or nothing. */
export function showLabelSelector(selector: LabelSelector | undefined): string {
  if (selector === undefined) return '<none>'
  const labels = Object.entries(selector.matchLabels ?? {}).map(([key, value]) => ({ key, text: `${key}=${value}` }))
  const expressions = (selector.matchExpressions ?? []).map(each => ({ key: each.key, text: showRequirement(each) }))
  const sorted = [...labels, ...expressions].sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return sorted.length === 0 ? '<none>' : sorted.map(({ text }) => text).join(',')
}

function showRequirement({ key, operator, values = [] }: LabelSelectorRequirement): string {
  if (operator === 'Exists') return key
  if (operator === 'DoesNotExist') return `!${key}`
  return `${key} ${operator === 'In' ? 'in' : 'notin'} (${[...values].sort().join(',')})`
}

/** A plain map of labels: `app=hello,tier=web`. */
export function showLabels(labels: Readonly<Record<string, string>> | undefined): string {
  return showLabelSelector(labels && { matchLabels: { ...labels } })
}
