import { defineKind } from '../../define-kind.ts'
import type { FieldErrors } from '../../field-errors.ts'
import type { Column } from '../../kind.ts'
import { whyNoDnsLabel } from '../../names.ts'
import type { KubeObject } from '../../object.ts'
import { flag, integer, listByKey, listOf, struct, text, time } from '../../schema-builder.ts'
import { ageColumn, column, nameColumn, wideColumn } from '../../table/column.ts'
import { parseDuration } from './duration.ts'
import { GITOPS_GROUP, GITOPS_VERSION, gitopsSchema } from './gitops-schema.ts'

/**
 * A direct child directory of `apps/` in the repository (also `cluster/` and `policies/`). Its spec is what
 * `application.yaml` in that directory says, completed by defaults: it comes from Git only. The object is made by the
 * sync engine; people write nothing but `operation`.
 */
export interface Application extends KubeObject {
  spec: ApplicationSpec
  operation?: ApplicationOperation
  status?: ApplicationStatus
}

export interface ApplicationSpec {
  /** Directory in the repository, e.g. `apps/hello`. */
  path?: string
  /** The one namespace this application writes to; made and owned by it. The application's name when left out. */
  namespace?: string
  /** Applications that must be Healthy at the same commit before this one starts. */
  dependsOn?: string[]
  /** False: objects that left Git stay in the cluster. */
  prune?: boolean
  drift?: DriftMode
  health?: { timeout?: string }
  rollback?: 'never' | 'onFailure'
  replace?: 'never' | 'whenImmutable'
  suspend?: boolean
}

/** `record` and `propose` are understood, so that the refusal can say that they are not supported yet. */
export type DriftMode = 'heal' | 'hold'

/** What a person asks for; the server adds who. Gone once the engine has answered in `status.operation`. */
export interface ApplicationOperation {
  /** Chosen by who asks; the same id is the same request. */
  id: string
  type: 'rollback' | 'retry' | 'approve'
  /** rollback: number of the rollout to go back to; the last Healthy one before the current when left out. */
  to?: number
  /** rollback: also restore inputs that other applications read. */
  withShared?: boolean
  /** approve: digest of the held list, whole or its first 12 digits or more. */
  digest?: string
  requestedBy?: string
}

export interface ApplicationStatus {
  phase?: ApplicationPhase
  /** One sentence for people. */
  message?: string
  /** What is wrong, one sentence each; at most 20. */
  reasons?: string[]
  health?: Health
  /** Newest commit of `main` and the digest of this application's inputs there. */
  desired?: InputState
  /** The last inputs that a rollout ended with, whatever the outcome. */
  attempted?: AttemptState
  /** What was applied to the cluster last. */
  applied?: InputState
  /** The last inputs that became Healthy. */
  healthy?: InputState
  /** Name of the rollout under way. */
  rollout?: string
  lastRollout?: number
  /** Everything this application may own in the cluster: written before it is applied, a superset at any instant. */
  inventory?: InventoryGroup[]
  held?: HeldDeletes
  approval?: Approval
  barred?: Bar[]
  drift?: DriftReport[]
  operation?: OperationResult
  /** A person's request that the next rollout answers. */
  request?: { cause: 'retry'; by: string }
}

export type ApplicationPhase =
  | 'Pending'
  | 'Progressing'
  | 'Healthy'
  | 'Degraded'
  | 'Held'
  | 'Invalid'
  | 'Failed'
  | 'RolledBack'
  | 'Suspended'

export type Health = 'Healthy' | 'Progressing' | 'Degraded'

interface InputState {
  commit: string
  inputDigest: string
  rollout?: number
}

interface AttemptState extends InputState {
  outcome: string
  /** Digest of the policies and grants it was judged by. */
  judgeDigest?: string
}

export interface InventoryGroup {
  apiVersion: string
  kind: string
  namespace?: string
  names: string[]
}

interface HeldDeletes {
  /** Of the sorted list; what `pintle approve` names. */
  digest: string
  /** `Kind namespace/name`, sorted. */
  objects: string[]
  reasons: string[]
}

export interface Approval {
  digest: string
  objects: string[]
  by: string
}

export interface Bar {
  inputDigest: string
  commit: string
  rollout: number
}

export interface DriftReport {
  /** `Kind namespace/name`. */
  object: string
  /** Who wrote it; the field manager where the user is not known any more. */
  user: string
  fields: string[]
  action: 'reverted' | 'held'
  time: string
}

export interface OperationResult {
  id: string
  type: string
  outcome: 'Done' | 'Refused'
  message: string
  requestedBy?: string
  commit?: string
}

const inputFields = {
  commit: text({ description: 'Commit of the deployed branch.' }),
  inputDigest: text({ description: 'SHA-256 over every path and content that the rendering read.' }),
  rollout: integer({ description: 'Number of the rollout.' }),
}

const operation = struct(
  {
    id: text({ description: 'Chosen by who asks; the same id is the same request.' }),
    type: text({ enum: ['rollback', 'retry', 'approve'] }),
    to: integer({ description: 'rollback: number of the rollout to go back to.' }),
    withShared: flag({ description: 'rollback: also restore inputs that other applications read.' }),
    digest: text({ description: 'approve: digest of the list of held deletes.' }),
    requestedBy: text({ description: 'Set by the server.' }),
  },
  {
    required: ['id', 'type'],
    atomic: true,
    description: 'A request to the sync engine, answered in status.operation and then removed.',
  },
)

const spec = struct(
  {
    path: text({ description: 'Directory in the repository.' }),
    namespace: text({ description: "The namespace it writes to; the application's name when left out." }),
    dependsOn: listOf(text(), { description: 'Applications that must be Healthy before this one starts.' }),
    prune: flag({ description: 'Whether objects that left Git are deleted; true when left out.' }),
    drift: text({
      enum: ['heal', 'hold'],
      description:
        'What happens to live changes made by people: heal (reverted, the default) or hold (kept, reported).',
    }),
    health: struct({
      timeout: text({ description: 'How long a rollout may take to become Healthy, e.g. 120s or 5m.' }),
    }),
    rollback: text({ enum: ['never', 'onFailure'], description: 'Whether a failed rollout is rolled back by itself.' }),
    replace: text({
      enum: ['never', 'whenImmutable'],
      description: 'Whether an object may be deleted and created again when a field that cannot change is changed.',
    }),
    suspend: flag({ description: 'Nothing is applied while true.' }),
  },
  { description: 'What application.yaml says, completed by defaults. Comes from Git only.' },
)

const status = struct({
  phase: text(),
  message: text(),
  reasons: listOf(text()),
  health: text({ enum: ['Healthy', 'Progressing', 'Degraded'] }),
  desired: struct(inputFields),
  attempted: struct({ ...inputFields, outcome: text(), judgeDigest: text() }),
  applied: struct(inputFields),
  healthy: struct(inputFields),
  rollout: text({ description: 'Name of the rollout under way.' }),
  lastRollout: integer(),
  inventory: listOf(
    struct(
      { apiVersion: text(), kind: text(), namespace: text(), names: listOf(text()) },
      { required: ['apiVersion', 'kind', 'names'] },
    ),
    { description: 'Everything this application may own in the cluster.' },
  ),
  held: struct({ digest: text(), objects: listOf(text()), reasons: listOf(text()) }),
  approval: struct({ digest: text(), objects: listOf(text()), by: text() }),
  barred: listByKey(
    struct({ inputDigest: text(), commit: text(), rollout: integer() }, { required: ['inputDigest'] }),
    ['inputDigest'],
    'Inputs that were rolled back and are not tried again until `pintle retry`.',
  ),
  drift: listOf(struct({ object: text(), user: text(), fields: listOf(text()), action: text(), time: time() }), {
    description: 'The last live changes made by people to objects of this application.',
  }),
  operation: struct({
    id: text(),
    type: text(),
    outcome: text(),
    message: text(),
    requestedBy: text(),
    commit: text(),
  }),
  request: struct({ cause: text({ enum: ['retry'] }), by: text() }),
})

const columns: readonly Column[] = [
  { ...nameColumn, description: 'Name of the directory below apps/.' },
  column('Status', (application: Application) => application.status?.phase ?? 'Pending', {
    description: 'Where the newest commit stands.',
  }),
  column(
    'Rollout',
    (application: Application) => {
      const number = application.status?.lastRollout
      return number === undefined ? '' : `${application.metadata.name}-${number}`
    },
    { description: 'The last rollout.' },
  ),
  column('Applied', (application: Application) => application.status?.applied?.commit.slice(0, 8) ?? '', {
    description: 'Commit that runs in the cluster.',
  }),
  { ...ageColumn, description: 'Time since the application was seen first.' },
  wideColumn('Namespace', (application: Application) => application.spec.namespace ?? '', {
    description: 'The namespace it writes to.',
  }),
  wideColumn('Message', (application: Application) => application.status?.message ?? '', {
    description: 'What is going on, in a sentence.',
  }),
]

export const Application = defineKind<Application>({
  group: GITOPS_GROUP,
  version: GITOPS_VERSION,
  kind: 'Application',
  plural: 'applications',
  shortNames: ['app'],
  categories: ['gitops'],
  namespaced: false,
  schema: gitopsSchema('Application', { spec, operation, status }),
  columns,
  subresources: { status: true },
  validateName: whyNoDnsLabel,
  validate: validateApplication,
})

const HEALTH_TIMEOUT_MAX_MS = 24 * 3_600_000

function validateApplication(application: Application, errors: FieldErrors): void {
  const { namespace, dependsOn, health } = application.spec ?? {}
  if (namespace !== undefined) {
    const why = whyNoDnsLabel(namespace)
    if (why !== undefined) errors.invalid('spec.namespace', namespace, why)
  }
  for (const [index, name] of (dependsOn ?? []).entries()) {
    const why = whyNoDnsLabel(name)
    if (why !== undefined) errors.invalid(`spec.dependsOn[${index}]`, name, why)
    if (name === application.metadata.name)
      errors.invalid(`spec.dependsOn[${index}]`, name, 'an application cannot depend on itself')
  }
  if (health?.timeout !== undefined) validateTimeout(health.timeout, errors)
}

function validateTimeout(timeout: string, errors: FieldErrors): void {
  const ms = parseDuration(timeout)
  if (ms === undefined) errors.invalid('spec.health.timeout', timeout, 'must be a time like 120s, 5m or 1h30m')
  else if (ms < 1_000 || ms > HEALTH_TIMEOUT_MAX_MS)
    errors.invalid('spec.health.timeout', timeout, 'must be between 1s and 24h')
}
