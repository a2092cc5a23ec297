import { formatDuration } from '../../api/kinds/gitops/duration.ts'
import type { RolloutOutcome, RolloutSummary } from '../../api/kinds/gitops/rollout.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { LiveRollout } from '../engine/application-object.ts'
import type { SourceInput } from '../source/source-application.ts'
import { formatYaml } from './format-yaml.ts'

/** A finished rollout as the status branch keeps it for good. */
export interface RolloutRecord {
  readonly name: string
  readonly application: string
  readonly number: number
  readonly cause: string
  readonly outcome: RolloutOutcome | (string & {})
  readonly message: string
  readonly commit: string
  readonly inputDigest: string
  readonly planDigest?: string
  readonly pushedBy?: string
  readonly requestedBy?: string
  readonly startedAt?: string
  readonly finishedAt?: string
  readonly durationMs: number
  readonly summary?: RolloutSummary
  readonly reasons: readonly string[]
  readonly rolledBackBy?: string
  readonly inputs: readonly SourceInput[]
}

/** Of a rollout that has ended. */
export function recordOf({ metadata, spec, status = {} }: LiveRollout): RolloutRecord {
  const { planDigest, startedAt, finishedAt, summary, rolledBackBy } = status
  return {
    name: metadata.name,
    application: spec.application,
    number: spec.number,
    cause: spec.cause,
    outcome: status.phase ?? 'Superseded',
    message: status.message ?? '',
    commit: spec.commit,
    inputDigest: spec.inputDigest,
    ...(planDigest !== undefined && { planDigest }),
    ...(spec.pushedBy !== undefined && { pushedBy: spec.pushedBy }),
    ...(spec.requestedBy !== undefined && { requestedBy: spec.requestedBy }),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    durationMs: status.durationMs ?? 0,
    ...(summary !== undefined && { summary }),
    reasons: status.reasons ?? [],
    ...(rolledBackBy !== undefined && { rolledBackBy }),
    inputs: spec.inputs ?? [],
  }
}

export function formatRecord(record: RolloutRecord): string {
  const { durationMs, ...rest } = record
  return formatYaml({ ...rest, duration: formatDuration(durationMs), durationMs })
}

/** Undefined when the document is none of ours. */
export function parseRecord(value: unknown): RolloutRecord | undefined {
  if (!isPlainObject(value)) return undefined
  const [name, application, number, commit, inputDigest] = [
    'name',
    'application',
    'number',
    'commit',
    'inputDigest',
  ].map(field => getOwn(value, field))
  if (typeof name !== 'string' || typeof application !== 'string' || typeof number !== 'number') return undefined
  if (typeof commit !== 'string' || typeof inputDigest !== 'string') return undefined
  const texts = (field: string) => {
    const list = getOwn(value, field)
    return Array.isArray(list) ? list.filter(item => typeof item === 'string') : []
  }
  return {
    ...(value as unknown as RolloutRecord),
    reasons: texts('reasons'),
    inputs: parseInputs(getOwn(value, 'inputs')),
  }
}

function parseInputs(value: unknown): readonly SourceInput[] {
  if (!Array.isArray(value)) return []
  return value.flatMap(item => {
    const [path, blob] = isPlainObject(item) ? [getOwn(item, 'path'), getOwn(item, 'blob')] : []
    return typeof path === 'string' && typeof blob === 'string' ? [{ path, blob }] : []
  })
}
