import { defineKind } from '../../define-kind.ts'
import type { Column } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { flag, integer, listOf, struct, text, time } from '../../schema-builder.ts'
import { ageColumn, column, nameColumn, wideColumn } from '../../table/column.ts'
import { formatDuration } from './duration.ts'
import { GITOPS_GROUP, GITOPS_VERSION, gitopsSchema } from './gitops-schema.ts'

/** One attempt to bring one application to one set of inputs; `<application>-<number>`. Made by the sync engine. */
export interface Rollout extends KubeObject {
  spec: RolloutSpec
  status?: RolloutStatus
}

export interface RolloutSpec {
  application: string
  number: number
  cause: RolloutCause
  /** Commit of the deployed branch. */
  commit: string
  inputDigest: string
  /** Every path that the rendering read, with its blob. */
  inputs: { path: string; blob: string }[]
  pushedBy?: string
  /** Who asked, when the cause is a person's request. */
  requestedBy?: string
}

export type RolloutCause = 'push' | 'rollback' | 'retry' | 'approval' | 'restore' | 'removal'

export interface RolloutStatus {
  phase?: RolloutPhase
  message?: string
  reasons?: string[]
  planDigest?: string
  summary?: RolloutSummary
  startedAt?: string
  finishedAt?: string
  durationMs?: number
  /** The plan in words, cut at a limit. */
  plan?: string[]
  /** The status commit that holds the outcome; absent = still to be written. */
  recorded?: string
  /** The commit that rolled this one back. */
  rolledBackBy?: string
  /** The rollout was made unhealthy by failed writes. */
  applyFailed?: boolean
}

export interface RolloutSummary {
  create: number
  change: number
  replace: number
  delete: number
  unchanged: number
  held: number
}

const ROLLOUT_OUTCOMES = ['Healthy', 'Degraded', 'RolledBack', 'Superseded', 'Held', 'Failed', 'Invalid'] as const
export type RolloutOutcome = (typeof ROLLOUT_OUTCOMES)[number]
/** Applying and Waiting (for health) are under way; the others are outcomes. */
export type RolloutPhase = 'Applying' | 'Waiting' | RolloutOutcome

export function isFinished(rollout: { readonly status?: { readonly phase?: RolloutPhase } }): boolean {
  return ROLLOUT_OUTCOMES.some(outcome => outcome === rollout.status?.phase)
}

const spec = struct(
  {
    application: text(),
    number: integer(),
    cause: text({ enum: ['push', 'rollback', 'retry', 'approval', 'restore', 'removal'] }),
    commit: text({ description: 'Commit of the deployed branch.' }),
    inputDigest: text(),
    inputs: listOf(struct({ path: text(), blob: text() })),
    pushedBy: text(),
    requestedBy: text(),
  },
  { required: ['application', 'number', 'commit'] },
)

const count = integer()
const status = struct({
  phase: text({ enum: ['Applying', 'Waiting', ...ROLLOUT_OUTCOMES] }),
  message: text(),
  reasons: listOf(text()),
  planDigest: text(),
  summary: struct({ create: count, change: count, replace: count, delete: count, unchanged: count, held: count }),
  startedAt: time(),
  finishedAt: time(),
  durationMs: integer(),
  plan: listOf(text()),
  recorded: text({ description: 'The status commit that holds the outcome.' }),
  rolledBackBy: text({ description: 'The commit that rolled this rollout back.' }),
  applyFailed: flag(),
})

const columns: readonly Column[] = [
  { ...nameColumn, description: 'Application and number.' },
  column('Outcome', (rollout: Rollout) => rollout.status?.phase ?? 'Applying', {
    description: 'How it ended, or what it is doing.',
  }),
  column('Commit', (rollout: Rollout) => rollout.spec.commit.slice(0, 8), {
    description: 'Commit of the deployed branch.',
  }),
  column('Cause', (rollout: Rollout) => rollout.spec.cause, { description: 'Why it was made.' }),
  column('By', (rollout: Rollout) => rollout.spec.requestedBy ?? rollout.spec.pushedBy ?? '', {
    description: 'Who pushed the commit or asked for it.',
  }),
  column('Took', ({ status }: Rollout) => (status?.durationMs === undefined ? '' : formatDuration(status.durationMs)), {
    description: 'Time from start to outcome.',
  }),
  { ...ageColumn, description: 'Time since it started.' },
  wideColumn('Message', (rollout: Rollout) => rollout.status?.message ?? '', {
    description: 'What happened, in a sentence.',
  }),
]

export const Rollout = defineKind<Rollout>({
  group: GITOPS_GROUP,
  version: GITOPS_VERSION,
  kind: 'Rollout',
  plural: 'rollouts',
  categories: ['gitops'],
  namespaced: false,
  schema: gitopsSchema('Rollout', { spec, status }),
  columns,
  subresources: { status: true },
  selectableFields: { 'spec.application': rollout => rollout.spec.application },
})
