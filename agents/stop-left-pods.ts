import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../src/lib/system-clock.ts'
import { lockAgentDirectory } from './host/agent-lock.ts'
import { stopAllPods } from './node/pod/stop-all-pods.ts'
import { SystemProber } from './node/probes/system-prober.ts'
import { ProcessDriver } from './node/process-driver/process-driver.ts'
import { SystemPodFiles } from './node/volumes/system-pod-files.ts'
import { loopbackAddresses } from './proxy/local-addresses.ts'

/**
 * Stops what an agent that was killed left on this machine: pods, their networks and volumes, service addresses.
 * False when it left nothing. Throws AgentAlreadyRuns when there is an agent: that one is to be asked.
 */
export async function stopLeftPods(agentDirectory: string): Promise<boolean> {
  const processes = join(agentDirectory, 'process')
  if (!existsSync(join(processes, 'sandboxes'))) return false
  const addresses = loopbackAddresses(join(agentDirectory, 'service-addresses'))
  await addresses.removeAll()
  if (readdirSync(join(processes, 'sandboxes')).length === 0) return false
  const lock = lockAgentDirectory(agentDirectory)
  try {
    const driver = new ProcessDriver({ directory: processes, clock: systemClock })
    await driver.start()
    const tools = { driver, prober: new SystemProber(driver), clock: systemClock }
    await stopAllPods(tools, new SystemPodFiles(join(agentDirectory, 'volumes')))
    await driver.close()
    return true
  } finally {
    lock.release()
  }
}
