import { sleep } from '../../../src/lib/clock.ts'
import type { CarefulReader } from '../actors/careful-reader.ts'
import type { KubectlUser } from '../actors/kubectl-user.ts'
import type { RepositoryModel } from '../actors/repository-model.ts'
import type { SimulatedCluster } from '../world/simulated-cluster.ts'
import { NO_CLUSTER_FAULTS } from '../world/simulated-cluster.ts'
import type { Fate } from './draw-faults.ts'

export const TROUBLE_MS = 45_000
const ACT_EVERY_MS_MAX = 8_000
const CLOCK_JUMP_MS_MAX = 60_000

export interface Cast {
  readonly cluster: SimulatedCluster
  readonly model: RepositoryModel
  readonly user: KubectlUser
  readonly reader: CarefulReader
  /** The live store is deleted: nothing of it is expected any more. */
  readonly forget: () => void
  /** It is replaced by an older copy. */
  readonly replaced: () => void
}

/** A while in which people push and type, and everything fails that can. */
export async function trouble(cast: Cast, fate: Fate): Promise<void> {
  const { cluster, model, reader } = cast
  let isOver = false
  let isPushing = false
  const push = async () => {
    if (isPushing) return
    isPushing = true
    if (cluster.random.chance(fate.forcedPushes)) await model.rewind()
    else await model.act()
    isPushing = false
  }
  cluster.faults = fate.faults
  cluster.pushBetween = push
  const live = async () => {
    while (!isOver) {
      await sleep(cluster.clock, 1 + cluster.random.below(ACT_EVERY_MS_MAX))
      if (!isOver) await push()
      if (!isOver) strike(cast, fate)
    }
  }
  live().catch(error => cluster.report(error))
  reader.run(() => isOver).catch(error => cluster.report(error))
  if (fate.silence !== undefined) scheduleSilence(cast, fate.silence)
  schedule(cast, fate)
  await cluster.run(TROUBLE_MS)
  isOver = true
  cluster.faults = NO_CLUSTER_FAULTS
  cluster.pushBetween = async () => {}
  cluster.disk.isFull = false
  cluster.isCorrupt = () => false
}

function strike({ cluster, model, user }: Cast, fate: Fate): void {
  const { random, clock } = cluster
  if (random.chance(fate.liveChanges)) void user.act([...model.wanted.keys()])
  if (random.chance(fate.crashes)) cluster.crash(random.pick(cluster.partNames()), 'by chance')
  if (random.chance(fate.clockJumps)) clock.jump(random.below(2 * CLOCK_JUMP_MS_MAX) - CLOCK_JUMP_MS_MAX)
}

/** What happens once, at a time of its own. */
function schedule({ cluster, forget, replaced }: Cast, { wipeAtMs, restore, fullDisk, corruptObjects }: Fate): void {
  const { clock, disk } = cluster
  const at = (atMs: number, action: () => void) => clock.setTimer(atMs, action)
  if (wipeAtMs !== undefined) {
    at(wipeAtMs, () => {
      cluster.wipeStore()
      forget()
    })
  }
  if (restore !== undefined) {
    at(restore.copyAtMs, () => disk.backUp())
    at(restore.atMs, () => {
      cluster.restoreStore()
      replaced()
    })
  }
  if (fullDisk !== undefined) {
    at(fullDisk.atMs, () => {
      disk.isFull = true
    })
    at(fullDisk.atMs + fullDisk.lengthMs, () => {
      disk.isFull = false
    })
  }
  if (corruptObjects !== undefined) {
    at(corruptObjects.atMs, () => {
      cluster.isCorrupt = id => id.startsWith('0') || id.startsWith('7')
    })
    at(corruptObjects.atMs + corruptObjects.lengthMs, () => {
      cluster.isCorrupt = () => false
    })
  }
}

/** A machine is cut off, or its power is; it comes back by itself, perhaps only when all else is at peace. */
function scheduleSilence({ cluster }: Cast, { atMs, lengthMs, cutsPower }: NonNullable<Fate['silence']>): void {
  const machine = cluster.random.pick(cluster.machines)
  cluster.clock.setTimer(atMs, () => {
    cluster.hold(machine.name, cutsPower ? 'its machine lost power' : 'its machine is cut off')
    if (cutsPower) machine.cutPower()
    cluster.clock.setTimer(lengthMs, () => cluster.release(machine.name))
  })
}
