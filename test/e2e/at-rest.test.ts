import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { UserCluster } from './cluster.ts'

/** With nothing changing nothing is written, and next to nothing computed. */

const SETTLE_MS = 14_000
const REST_MS = 12_000
const CPU_SHARE_MAX = 0.02
const TICKS_PER_SECOND = 100
const cluster = new UserCluster()
test.before(() => cluster.up('--template'))
test.after.always(() => cluster.destroy())

test.serial('a cluster at rest writes nothing and stays idle', async t => {
  const server = cluster.process?.pid ?? 0
  // The view branch follows what happened by up to ten seconds.
  await new Promise(resolve => setTimeout(resolve, SETTLE_MS))
  const before = { files: filesOf(cluster.data), server: cpuTicks(server), agent: cpuTicks(cluster.agentPid()) }
  await new Promise(resolve => setTimeout(resolve, REST_MS))
  const after = filesOf(cluster.data)
  const names = new Set([...Object.keys(before.files), ...Object.keys(after)])
  t.deepEqual(
    [...names].filter(name => before.files[name] !== after[name]),
    [],
  )
  const share = (ticks: number) => ticks / TICKS_PER_SECOND / (REST_MS / 1_000)
  const [serverShare, agentShare] = [
    share(cpuTicks(server) - before.server),
    share(cpuTicks(cluster.agentPid()) - before.agent),
  ]
  t.log(`processor: server ${serverShare.toFixed(3)}, agent ${agentShare.toFixed(3)}`)
  t.true(serverShare < CPU_SHARE_MAX, `server ${serverShare}`)
  t.true(agentShare < CPU_SHARE_MAX, `agent ${agentShare}`)
})

/** Size and time of every file of stores, repository and keys: of all but what pods write themselves. */
function filesOf(data: string): Record<string, string> {
  const found: Record<string, string> = {}
  for (const directory of ['store', 'git', 'pki']) {
    for (const entry of readdirSync(join(data, directory), { recursive: true, encoding: 'utf8' })) {
      const stat = statSync(join(data, directory, entry), { throwIfNoEntry: false })
      if (stat?.isFile()) found[join(directory, entry)] = `${stat.size} bytes at ${stat.mtimeMs}`
    }
  }
  return found
}

/** User and system time of a process since its start. */
function cpuTicks(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return Number(fields[11]) + Number(fields[12])
}
