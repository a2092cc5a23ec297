import type { PrintLine } from '../../git/push-gate.ts'
import { countOf } from '../object/show-text.ts'
import type { ApplicationPlan, CommitPlan } from '../plan/plan-commit.ts'
import { formatProblem } from '../source/source-problem.ts'

const LINES_MAX = 200
const PROBLEMS_MAX = 50

/** The plan of a commit for the person who pushes it: counts first, then object by object. */
export function printPlan({ applications }: Pick<CommitPlan, 'applications'>, print: PrintLine): void {
  const busy = applications.filter(
    ({ lines, held, barredBy }) => lines.length > 0 || held !== undefined || barredBy !== undefined,
  )
  if (busy.length === 0) {
    const planned = applications.filter(({ problems }) => problems.length === 0)
    if (planned.length === applications.length) print('Nothing changes in the cluster.')
    return
  }
  let left = LINES_MAX
  for (const application of busy) {
    for (const line of planLines(application)) {
      if (left-- > 0) print(line)
    }
  }
  if (left < 0) print(`... and ${-left} more lines; see all with: pintle plan`)
}

function planLines({ name, lines, held, barredBy }: ApplicationPlan): readonly string[] {
  if (barredBy !== undefined) {
    return [
      `${name}: these inputs failed as ${barredBy} and are barred: they are not applied until you run: pintle retry ${name}`,
    ]
  }
  if (held === undefined) return lines
  return [
    ...lines,
    `  ${countOf(held.objects.length, 'delete')} will wait (${held.reasons.join('; ')}). To release exactly this list:`,
    `    pintle approve ${name} ${held.digest.slice(0, 16)}`,
  ]
}

/** Errors that refuse a push. */
export function printRefusal(problems: readonly Parameters<typeof formatProblem>[0][], print: PrintLine): void {
  print(`Refused: this push brings in ${countOf(problems.length, 'error')}.`)
  for (const problem of problems.slice(0, PROBLEMS_MAX)) print(`  ${formatProblem(problem)}`)
  if (problems.length > PROBLEMS_MAX) print(`  ... and ${problems.length - PROBLEMS_MAX} more`)
  print('Nothing was changed. Correct it and push again.')
}
