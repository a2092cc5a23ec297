import { defineKind } from '../../define-kind.ts'
import type { Column } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { flag, integer, listOf, struct, text } from '../../schema-builder.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { GITOPS_GROUP, GITOPS_VERSION, gitopsSchema } from './gitops-schema.ts'

/** A branch that proposes to become part of the deployed one; `pr-<number>`. Made by the first push of the branch. */
export interface PullRequest extends KubeObject {
  spec: PullRequestSpec
  status?: PullRequestStatus
}

interface PullRequestSpec {
  number: number
  /** Branch name without `refs/heads/`. */
  source: string
  target: string
  title: string
  author: string
  draft?: boolean
}

export interface PullRequestStatus {
  state?: 'Open' | 'Merged' | 'Closed'
  /** Newest commit of the source, and the commit of the target that the plan was made against. */
  commit?: string
  base?: string
  planDigest?: string
  /** The plan in words, cut at a limit. */
  plan?: string[]
  problems?: string[]
}

const spec = struct(
  {
    number: integer(),
    source: text({ description: 'The proposing branch.' }),
    target: text({ description: 'The branch it shall become part of.' }),
    title: text(),
    author: text(),
    draft: flag(),
  },
  { required: ['number', 'source', 'target'] },
)

const status = struct({
  state: text({ enum: ['Open', 'Merged', 'Closed'] }),
  commit: text(),
  base: text(),
  planDigest: text(),
  plan: listOf(text()),
  problems: listOf(text()),
})

const columns: readonly Column[] = [
  { ...nameColumn, description: 'Number of the pull request.' },
  column(
    'State',
    ({ spec, status }: PullRequest) => (spec.draft && status?.state === 'Open' ? 'Draft' : (status?.state ?? 'Open')),
    { description: 'Open, Merged or Closed.' },
  ),
  column('Source', (request: PullRequest) => request.spec.source, { description: 'The proposing branch.' }),
  column('Author', (request: PullRequest) => request.spec.author, { description: 'Who pushed it first.' }),
  column('Title', (request: PullRequest) => request.spec.title, { description: 'First line of its first commit.' }),
  { ...ageColumn, description: 'Time since it was opened.' },
]

export const PullRequest = defineKind<PullRequest>({
  group: GITOPS_GROUP,
  version: GITOPS_VERSION,
  kind: 'PullRequest',
  plural: 'pullrequests',
  shortNames: ['pr'],
  categories: ['gitops'],
  namespaced: false,
  schema: gitopsSchema('PullRequest', { spec, status }),
  columns,
  subresources: { status: true },
})
