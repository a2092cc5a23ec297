import { Violation } from '../world/violation.ts'
import type { Fate } from './draw-faults.ts'
import type { Cast } from './trouble.ts'
import { whyNotSettled } from './why-not-settled.ts'

const PEACE_MS_MAX = 1_800_000
const LOOK_EVERY_MS = 1_000
const UNBLOCK_EVERY_MS = 20_000
const REST_MS = 600_000
/** What is held, or was just brought back, may still be settling. */
const QUIET_MS = 60_000
const QUIET_MS_MAX = 900_000
/** Somebody with `pintle plan` waits no longer. */
const PLAN_MS_MAX = 30_000

/** Without faults the cluster comes to what Git says, plans nothing more, and then rests. */
export async function peace(cast: Cast, fate: Fate): Promise<void> {
  await cast.model.mend()
  await comeToRest(cast, fate)
  await checkEmptyPlan(cast)
  if (fate.checksRest) await checkRest(cast)
}

async function comeToRest(cast: Cast, fate: Fate): Promise<void> {
  const { cluster, user } = cast
  let why: string | undefined
  let nextLookMs = 0
  let nextUnblockMs = cluster.clock.monotonic() + UNBLOCK_EVERY_MS
  const isDone = await cluster.run(PEACE_MS_MAX, async () => {
    const nowMs = cluster.clock.monotonic()
    if (nowMs >= nextUnblockMs) {
      nextUnblockMs = nowMs + UNBLOCK_EVERY_MS
      user.unblock(fate.approves).catch(() => {})
    }
    if (nowMs < nextLookMs) return false
    nextLookMs = nowMs + LOOK_EVERY_MS
    why = await whyNotSettled(cast, fate)
    return why === undefined
  })
  if (!isDone) throw new Violation('without faults the cluster comes to what Git says', why ?? '')
}

async function checkEmptyPlan({ cluster, model }: Cast): Promise<void> {
  const planned = cluster.engine!.operations.plan(model.tip!)
  // It may wait for its turn behind a pass that is under way, and that one for time.
  let plan: Awaited<typeof planned> | undefined
  planned.then(
    value => {
      plan = value
    },
    error => cluster.report(error),
  )
  await cluster.run(PLAN_MS_MAX, () => plan !== undefined)
  if (plan === undefined) throw new Violation('at rest a plan is empty', 'it was never made')
  const { applications } = plan
  for (const { name, lines, held } of applications) {
    if (lines.length === 0 || held !== undefined) continue
    throw new Violation('at rest a plan is empty', `${name}: ${lines.join('; ')}`)
  }
}

/** With nothing changing there is no write, neither to the store nor to Git. */
async function checkRest({ cluster }: Cast): Promise<void> {
  await cluster.run(QUIET_MS_MAX, quietFor(cluster))
  const before = { revision: cluster.disk.revision, refs: await cluster.git.listRefs('refs/') }
  await cluster.run(REST_MS)
  const written = cluster.disk.revision - before.revision
  if (written > 0) {
    const keys = cluster.disk.read().kvs.filter(kv => kv.modRevision > before.revision)
    const how = `${written} writes in ${REST_MS / 60_000} minutes, e.g. of ${keys
      .map(kv => kv.key)
      .slice(0, 5)
      .join(' ')}`
    throw new Violation('at rest nothing is written', how)
  }
  const refs = await cluster.git.listRefs('refs/')
  const moved = refs.filter(({ ref, target }) => before.refs.find(each => each.ref === ref)?.target !== target)
  if (moved.length > 0) throw new Violation('at rest nothing is written', `${moved.map(each => each.ref)} moved`)
}

/** True once nothing was written for `QUIET_MS`. */
function quietFor({ disk, clock }: Cast['cluster']): () => boolean {
  let seen = { revision: disk.revision, atMs: clock.monotonic() }
  return () => {
    if (disk.revision !== seen.revision) seen = { revision: disk.revision, atMs: clock.monotonic() }
    return clock.monotonic() - seen.atMs >= QUIET_MS
  }
}
