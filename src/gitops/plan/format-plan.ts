import type { RolloutSummary } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { formatRef } from '../object/object-ref.ts'
import { countOf, showText, showValue } from '../object/show-text.ts'
import type { FieldChange } from './diff-fields.ts'
import type { Plan, PlanAction, PlanVerb } from './plan.ts'

const ACTIONS_SHOWN_MAX = 40
const CHANGES_SHOWN_MAX = 12

const SIGNS: Readonly<Record<PlanVerb, string>> = {
  create: '+',
  change: '~',
  replace: '!',
  delete: '-',
  keep: '=',
  release: '>',
  unchanged: ' ',
}

/** The plan in words, one string per line, counts first; empty when there is nothing to do. */
export function formatPlan(plan: Plan): readonly string[] {
  const shown = plan.actions.filter(action => action.verb !== 'unchanged' && !isForgotten(action))
  if (shown.length === 0) return []
  const lines = [`${plan.application}: ${formatSummary(summaryOf(plan))}`]
  for (const action of shown.slice(0, ACTIONS_SHOWN_MAX)) lines.push(...formatAction(action))
  if (shown.length > ACTIONS_SHOWN_MAX)
    lines.push(`  ... and ${countOf(shown.length - ACTIONS_SHOWN_MAX, 'object')} more`)
  return lines
}

function isForgotten({ verb, why }: PlanAction): boolean {
  return verb === 'release' && why === 'is gone already'
}

export function summaryOf(plan: Plan): RolloutSummary {
  const count = (verb: PlanVerb) => plan.actions.filter(action => action.verb === verb).length
  return {
    create: count('create'),
    change: count('change'),
    replace: count('replace'),
    delete: count('delete'),
    unchanged: count('unchanged'),
    held: 0,
  }
}

/** `1 to create, 2 to change, 3 to delete; 4 unchanged`. */
function formatSummary(summary: DeepReadonly<RolloutSummary>): string {
  const parts = (['create', 'change', 'replace', 'delete'] as const)
    .filter(verb => summary[verb] > 0)
    .map(verb => `${summary[verb]} to ${verb}`)
  const unchanged = summary.unchanged > 0 ? `${summary.unchanged} unchanged` : ''
  if (parts.length === 0) return unchanged === '' ? 'nothing to do' : `nothing to do, ${unchanged}`
  return unchanged === '' ? parts.join(', ') : `${parts.join(', ')}; ${unchanged}`
}

function formatAction({ verb, ref, changes, why }: PlanAction): readonly string[] {
  const lines = [`  ${SIGNS[verb]} ${showText(formatRef(ref), 200)}${why === undefined ? '' : ` (${why})`}`]
  for (const change of changes.slice(0, CHANGES_SHOWN_MAX)) lines.push(`      ${formatChange(change)}`)
  if (changes.length > CHANGES_SHOWN_MAX)
    lines.push(`      ... and ${countOf(changes.length - CHANGES_SHOWN_MAX, 'field')} more`)
  return lines
}

function formatChange(change: FieldChange): string {
  const path = showText(change.path, 160)
  if (isMasked(change.old) || isMasked(change.new)) return `${path}: ${maskedWords(change)}`
  if (isText(change.old) && isText(change.new)) return `${path}: ${linesChanged(change.old, change.new)}`
  if (change.old === undefined) return `${path}: added ${showValue(change.new)}`
  if (change.new === undefined) return `${path}: removed ${showValue(change.old)}`
  return `${path}: ${showValue(change.old)} -> ${showValue(change.new)}`
}

function isMasked(value: unknown): boolean {
  return typeof value === 'string' && value.startsWith('masked:')
}

function maskedWords({ old, new: now }: FieldChange): string {
  if (old === undefined) return 'a secret value is added'
  return now === undefined ? 'a secret value is removed' : 'a secret value changes'
}

/** Text of more than one line is told by its lines. */
function isText(value: unknown): value is string {
  return typeof value === 'string' && value.includes('\n')
}

function linesChanged(old: string, now: string): string {
  const [before, after] = [old.split('\n'), now.split('\n')]
  const [had, has] = [new Set(before), new Set(after)]
  const gone = before.filter(line => !has.has(line)).length
  const added = after.filter(line => !had.has(line)).length
  return `text of ${countOf(after.length, 'line')}, +${added} -${gone}`
}
