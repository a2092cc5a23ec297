import type { DriftReport } from '../../api/kinds/gitops/application.ts'
import { formatTime } from '../../lib/clock.ts'
import { applyObjects } from '../apply/apply-objects.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import { changeStatus } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { formatRef, refKey } from '../object/object-ref.ts'
import type { PlanAction } from '../plan/plan.ts'
import { planForCluster } from '../plan/plan-for-cluster.ts'
import type { RolloutTarget } from '../rollout/rollout-target.ts'

const REPORTS_MAX = 20
const FIELDS_SHOWN_MAX = 20
/** Reverts in a row before the next one waits longer and longer: somebody else keeps writing. */
const HEALS_AT_ONCE = 5
const HEAL_PAUSE_MAX_MS = 300_000
const HEAL_MEMORY_MS = 600_000
const RETRY_MS = 2_000

/**
 * Brings the live objects of an application back to what Git says (or, with `drift: hold`, reports what differs).
 * Resolves with how long to wait before looking again; undefined = nothing to wait for.
 */
export async function healApplication(
  context: SyncContext,
  live: LiveApplication,
  target: RolloutTarget,
): Promise<number | undefined> {
  const { client, memory, signals, log } = context
  const { name } = target
  const { plan } = await planForCluster(context, { ...target, live })
  const actions = plan.actions.filter(({ verb }) => verb === 'create' || verb === 'change')
  if (actions.length === 0) {
    memory.neverPrune.delete(name)
    if (live.spec.drift === 'hold') await clearHeld(context, name)
    return undefined
  }
  // After the store was lost nobody changed anything: it is all made again.
  const isRestoring = memory.neverPrune.has(name)
  const isHeld = live.spec.drift === 'hold' && !isRestoring
  const pauseMs = isHeld || isRestoring ? 0 : pauseBefore(context, name)
  if (pauseMs > 0) {
    memory.driftDue.add(name)
    return pauseMs
  }
  const reports = actions.map(action => reportOf(context, action, isHeld ? 'held' : 'reverted'))
  const failures = isHeld ? [] : await applyActions(context, target, actions)
  for (const { message } of failures) {
    log.log('warn', 'a live object could not be brought back', { application: name, message })
  }
  if (failures.some(({ passing }) => passing)) {
    memory.driftDue.add(name)
    return RETRY_MS
  }
  memory.neverPrune.delete(name)
  if (isRestoring) return undefined
  for (const { object, user, action } of reports) {
    log.log('info', 'live change', { application: name, object, user, action })
  }
  await changeStatus(client, name, status => ({ ...status, drift: mergeReports(status.drift ?? [], reports) }))
  signals.changed(name)
  return undefined
}

async function applyActions({ client }: SyncContext, { rendered }: RolloutTarget, actions: readonly PlanAction[]) {
  const keys = new Set(actions.map(({ ref }) => refKey(ref)))
  const objects = (rendered?.objects ?? []).filter(({ key }) => keys.has(key))
  // Waves are for rollouts: what was there before comes back at once.
  const { failures } = await applyObjects(
    client,
    objects.map(object => ({ ...object, wave: 0 })),
    new Set(),
  )
  return failures
}

function pauseBefore({ memory, clock }: SyncContext, name: string): number {
  const nowMs = clock.monotonic()
  const heals = memory.heals.get(name)
  if (heals === undefined || nowMs - heals.atMs > HEAL_MEMORY_MS) {
    memory.heals.set(name, { count: 1, atMs: nowMs })
    return 0
  }
  const pauseMs =
    heals.count < HEALS_AT_ONCE ? 0 : Math.min(1000 * 2 ** (heals.count - HEALS_AT_ONCE), HEAL_PAUSE_MAX_MS)
  const leftMs = heals.atMs + pauseMs - nowMs
  if (leftMs > 0) return leftMs
  memory.heals.set(name, { count: heals.count + 1, atMs: nowMs })
  return 0
}

function reportOf(
  { writers, clock }: SyncContext,
  { ref, changes, verb }: PlanAction,
  action: DriftReport['action'],
): DriftReport {
  const write = writers.take(ref)
  const fields = verb === 'create' ? ['deleted'] : changes.map(change => change.path)
  return {
    object: formatRef(ref),
    user: write?.user ?? 'unknown',
    fields: fields.slice(0, FIELDS_SHOWN_MAX),
    action,
    time: formatTime(clock.now()),
  }
}

/** The newest reports; one that only repeats the last about the same object replaces it. */
function mergeReports(before: readonly unknown[], reports: readonly DriftReport[]): DriftReport[] {
  const kept = (before as readonly DriftReport[]).filter(
    old => !reports.some(report => report.object === old.object && report.action === 'held' && old.action === 'held'),
  )
  const renewed = reports.map(report => {
    const old = (before as readonly DriftReport[]).find(each => each.object === report.object && each.action === 'held')
    return old !== undefined && report.action === 'held' && report.user === 'unknown'
      ? { ...report, user: old.user, time: old.time }
      : report
  })
  return [...kept, ...renewed].slice(-REPORTS_MAX)
}

async function clearHeld({ client }: SyncContext, name: string): Promise<void> {
  await changeStatus(client, name, status => {
    const { drift, ...rest } = status
    const kept = (drift ?? []).filter(({ action }) => action !== 'held')
    return kept.length === 0 ? rest : { ...rest, drift: kept }
  })
}
