import type { ApplicationPlan, CommitPlan } from '../../gitops/plan/plan-commit.ts'
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
  const commit = resolveCommit(directory, ref)
  const planned = await requestJson<CommitPlan>(directory, 'GET', `/pintle/v1/plan?commit=${commit}`)
  if (options.output !== undefined) console.log(formatData(planned, options.output))
  else for (const line of formatCommitPlan(planned)) console.log(printable(line))
  const hasProblems = planned.problems.length > 0 || planned.applications.some(({ problems }) => problems.length > 0)
  if (hasProblems) process.exitCode = 1
  else if (planned.applications.some(({ lines }) => lines.length > 0)) process.exitCode = CHANGES_EXIT_CODE
}

function formatCommitPlan({ commit, applications, problems }: CommitPlan): string[] {
  const lines = [...problems.map(formatProblem), ...applications.flatMap(formatApplicationPlan)]
  return lines.length > 0 ? lines : [`${commit.slice(0, 12)} would change nothing.`]
}

function formatApplicationPlan({ name, lines, problems, held, barredBy }: ApplicationPlan): string[] {
  return [
    ...lines,
    ...problems.map(problem => `${name}: ${formatProblem(problem)}`),
    ...(held === undefined
      ? []
      : [`${name}: ${held.objects.length} deletes would wait for an approval: ${held.reasons.join('; ')}`]),
    ...(barredBy === undefined
      ? []
      : [`${name}: these inputs failed in ${barredBy} and are barred; pintle retry ${name} lifts that`]),
  ]
}
