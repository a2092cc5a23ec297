import { equalJson } from '../api/equal-json.ts'
import type { Kind } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import { formatTime } from '../lib/clock.ts'
import { type Random, randomUuid } from '../lib/random.ts'
import { copyJson } from './copy-json.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

type WithStatus = KubeObject & { status?: unknown }

export interface PrepareContext {
  readonly nowMs: number
  readonly random: Random
  readonly user: string
  /** A new object keeps the uid it came with: an agent registers again what it has found running. */
  readonly keepUid?: boolean
}

/** Sets what only the server sets, and drops what a client may not say, on a new object. Changes the draft. */
export function prepareCreate(kind: Kind, draft: KubeObject, context: PrepareContext): void {
  const { nowMs, random, user } = context
  const { metadata } = draft
  delete metadata.resourceVersion
  delete metadata.deletionTimestamp
  delete metadata.deletionGracePeriodSeconds
  delete metadata.generation
  delete (metadata as { selfLink?: string }).selfLink
  if (!context.keepUid || !UUID.test(metadata.uid ?? '')) metadata.uid = randomUuid(random)
  metadata.creationTimestamp = formatTime(nowMs)
  if (kind.strategy.generation) metadata.generation = 1
  if (kind.subresources.status) delete (draft as WithStatus).status
  kind.strategy.prepareCreate?.(draft, { nowMs, user })
}

/** The same for a changed object; `subresource` says which part was written. */
export function prepareUpdate(
  kind: Kind,
  draft: KubeObject,
  current: Readonly<KubeObject>,
  subresource: string | undefined,
  { nowMs, user }: PrepareContext,
): void {
  keepServerOwned(draft, current)
  if (subresource === 'status') kind.strategy.prepareStatusUpdate?.(draft, current as KubeObject, { nowMs, user })
  if (subresource === undefined) {
    if (kind.subresources.status) keepStatus(draft, current)
    kind.strategy.prepareUpdate?.(draft, current as KubeObject, { nowMs, user })
  }
  if (kind.strategy.generation) {
    const before = current.metadata.generation ?? 0
    draft.metadata.generation = differsBeyondStatus(draft, current) ? before + 1 : before
  }
}

/** What no update changes. */
const SERVER_OWNED = [
  'uid',
  'creationTimestamp',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'generation',
] as const

function keepServerOwned(draft: KubeObject, current: Readonly<KubeObject>): void {
  const metadata = draft.metadata as unknown as Record<string, unknown>
  delete metadata['resourceVersion']
  delete metadata['selfLink']
  for (const field of SERVER_OWNED) {
    if (current.metadata[field] === undefined) delete metadata[field]
    else metadata[field] = current.metadata[field]
  }
}

function keepStatus(draft: WithStatus, current: Readonly<WithStatus>): void {
  if (current.status === undefined) delete draft.status
  else draft.status = copyJson(current.status)
}

function differsBeyondStatus(draft: Readonly<KubeObject>, current: Readonly<KubeObject>): boolean {
  return !equalJson(desired(draft), desired(current))
}

function desired({ metadata: _metadata, ...rest }: Readonly<KubeObject>): object {
  const { status: _status, ...beyond } = rest as { status?: unknown }
  return beyond
}
