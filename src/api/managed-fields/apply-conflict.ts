import { type ApiError, apiError } from '../api-error.ts'
import type { FieldSet } from './field-set.ts'
import type { ReadonlyEntry } from './managers.ts'
import { pathsOf } from './path-element.ts'

/** Fields that an apply would change while somebody else owns them. */
export interface ApplyConflict {
  readonly owner: ReadonlyEntry
  readonly fields: FieldSet
}

/** More causes are left out of the answer. */
const CAUSES_MAX = 100

/** 409 as Kubernetes words it; kubectl adds its advice. */
export function applyConflictError(conflicts: readonly ApplyConflict[]): ApiError {
  const all = conflicts.flatMap(({ owner, fields }) =>
    pathsOf(fields).map(path => ({ who: describeOwner(owner), path })),
  )
  const causes = all.slice(0, CAUSES_MAX).map(({ who, path }) => ({
    reason: 'FieldManagerConflict',
    message: `conflict with ${who}`,
    field: path,
  }))
  return apiError('Conflict', messageOf(all), { causes })
}

function messageOf(all: readonly { readonly who: string; readonly path: string }[]): string {
  const [first] = all
  if (all.length === 1) return `Apply failed with 1 conflict: conflict with ${first!.who}: ${first!.path}`
  const lines: string[] = []
  for (const who of [...new Set(all.map(each => each.who))].sort()) {
    lines.push(`conflicts with ${who}:`)
    for (const each of all) if (each.who === who) lines.push(`- ${each.path}`)
  }
  return `Apply failed with ${all.length} conflicts: ${lines.join('\n')}`
}

function describeOwner({ manager, operation, apiVersion, subresource, time }: ReadonlyEntry): string {
  const name = JSON.stringify(manager) + (subresource ? ` with subresource ${JSON.stringify(subresource)}` : '')
  if (operation === 'Apply') return name
  return time === undefined ? `${name} using ${apiVersion}` : `${name} using ${apiVersion} at ${time}`
}
