import { defineKind } from '../../define-kind.ts'
import type { Column } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { integer, listOf, struct, text, time } from '../../schema-builder.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { GITOPS_GROUP, GITOPS_VERSION, gitopsSchema } from './gitops-schema.ts'

/** The repository that is the desired state; there is one, named `cluster`. Made by the sync engine. */
export interface Repository extends KubeObject {
  spec: RepositorySpec
  status?: RepositoryStatus
}

interface RepositorySpec {
  /** The deployed branch, without `refs/heads/`. */
  branch: string
}

interface RepositoryStatus {
  /** Newest commit of the deployed branch that the engine has read. */
  commit?: string
  observedAt?: string
  applications?: number
  /** What is wrong with the repository as a whole, one sentence each. */
  problems?: string[]
}

const spec = struct({ branch: text({ description: 'The deployed branch.' }) }, { required: ['branch'] })

const status = struct({
  commit: text({ description: 'Newest commit of the deployed branch that was read.' }),
  observedAt: time(),
  applications: integer(),
  problems: listOf(text()),
})

const columns: readonly Column[] = [
  { ...nameColumn, description: 'Name of the repository.' },
  column('Branch', (repository: Repository) => repository.spec.branch, { description: 'The deployed branch.' }),
  column('Commit', (repository: Repository) => repository.status?.commit?.slice(0, 8) ?? '', {
    description: 'Newest commit that was read.',
  }),
  column('Applications', (repository: Repository) => repository.status?.applications ?? 0, {
    type: 'integer',
    description: 'Applications in that commit.',
  }),
  { ...ageColumn, description: 'Time since it was made.' },
]

export const Repository = defineKind<Repository>({
  group: GITOPS_GROUP,
  version: GITOPS_VERSION,
  kind: 'Repository',
  plural: 'repositories',
  shortNames: ['repo'],
  categories: ['gitops'],
  namespaced: false,
  schema: gitopsSchema('Repository', { spec, status }),
  columns,
  subresources: { status: true },
})
