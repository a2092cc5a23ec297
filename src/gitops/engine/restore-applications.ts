import { Application } from '../../api/kinds/gitops/application.ts'
import { Rollout } from '../../api/kinds/gitops/rollout.ts'
import { readPath } from '../../git/tree-path.ts'
import { readInventory, unionInventory } from '../object/inventory.ts'
import { parseApplicationRecord } from '../record/application-record.ts'
import { listRecordedNumbers, readStatusTree, readYaml } from '../record/read-records.ts'
import { inventoryPath, statusPath } from '../record/status-paths.ts'
import { changeStatus, createApplication, rolloutName } from './application-object.ts'
import type { SyncContext } from './sync-context.ts'

/**
 * Once at start: what the status branch knows and the store does not, because the store was lost or restored from an
 * older copy. Everything restored is applied again, and nothing of it is deleted before that was done once.
 */
export async function restoreApplications(context: SyncContext): Promise<readonly string[]> {
  const { client, git, memory, log } = context
  const tree = await readStatusTree(git)
  const entry = tree === undefined ? undefined : await readPath(git, tree, 'applications')
  if (tree === undefined || entry?.mode !== '040000') return []
  const { items } = await client.list(Application)
  const known = new Map(items.map(item => [item.metadata.name, item]))
  const rollouts = new Set((await client.list(Rollout)).items.map(({ metadata }) => metadata.name))
  const restored: string[] = []
  for (const { name } of await git.readTree(entry.id)) {
    const live = known.get(name)
    // With a store that has applications, one it lacks was removed: only an empty store was lost.
    if (live === undefined && known.size > 0) continue
    const last = Math.max(0, ...(await listRecordedNumbers(git, tree, name)))
    // What it knows of the last rollout may be written only after that was recorded: no reason to doubt the store.
    if (live !== undefined && (rollouts.has(rolloutName(name, last)) || (live.status?.lastRollout ?? 0) >= last))
      continue
    const record = parseApplicationRecord(
      await readYaml(git, tree, statusPath(name)),
      await readYaml(git, tree, inventoryPath(name)),
    )
    if (record === undefined) continue
    if (live === undefined) await createApplication(client, name, record.spec)
    // What an older copy has and was pruned since is there again: both lists, or nobody would ever prune it.
    await changeStatus(client, name, ({ inventory }) => ({
      ...record.status,
      inventory: unionInventory(readInventory(record.status.inventory), readInventory(inventory)),
      lastRollout: last,
    }))
    memory.neverPrune.add(name)
    restored.push(name)
  }
  if (restored.length > 0)
    log.log('warn', 'the live store was behind the status branch; restored from it', { applications: restored.length })
  return restored
}
