import { printPlan } from '../../gitops/gate/print-plan.ts'
import type { CommitPlan } from '../../gitops/plan/plan-commit.ts'
import { formatProblem } from '../../gitops/source/source-problem.ts'
import { requireRunning } from '../connect.ts'
import { findDataDirectory } from '../data-directory.ts'
import { formatData } from '../output/print-data.ts'
import { printable } from '../output/print-table.ts'
import { requestJson } from '../request-json.ts'
import { resolveCommit } from '../resolve-commit.ts'
import type { LookOptions } from './status.ts'

const CHANGES_EXIT_CODE = 2

/** `pintle plan [ref]`: what a commit would change, compared with what runs. Exit code 0 nothing, 2 something, 1 wrong. */
export async function plan(ref: string, options: LookOptions): Promise<void> {
  const directory = findDataDirectory(options.dataDir)
  requireRunning(directory)
  const commit = await resolveCommit(directory, ref)
  const planned = await requestJson<CommitPlan>(directory, 'GET', `/pintle/v1/plan?commit=${commit}`)
  if (options.output !== undefined) console.log(formatData(planned, options.output))
  else show(planned)
  const hasProblems = planned.problems.length > 0 || planned.applications.some(({ problems }) => problems.length > 0)
  if (hasProblems) process.exitCode = 1
  else if (planned.applications.some(({ lines }) => lines.length > 0)) process.exitCode = CHANGES_EXIT_CODE
}

function show({ applications, problems }: CommitPlan): void {
  const print = (line: string) => console.log(printable(line))
  for (const problem of [...problems, ...applications.flatMap(each => each.problems)]) print(formatProblem(problem))
  printPlan({ applications }, print)
}
