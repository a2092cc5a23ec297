import { existsSync } from 'node:fs'
import { systemClock } from '../src/lib/system-clock.ts'
import { agentPaths, holdsPods, restoreMachine } from './agent-directory.ts'
import { lockAgentDirectory } from './host/agent-lock.ts'
import { stopAllPods } from './node/pod/stop-all-pods.ts'
import { SystemProber } from './node/probes/system-prober.ts'
import { ProcessDriver } from './node/process-driver/process-driver.ts'
import { SystemPodFiles } from './node/volumes/system-pod-files.ts'
import { loopbackAddresses } from './proxy/local-addresses.ts'

/**
 * Stops what an agent that was killed left on this machine: pods, their networks and volumes, service addresses, rules.
 * False when no pods were left. Throws AgentAlreadyRuns when there is an agent: that one is to be asked.
 */
export async function stopLeftPods(agentDirectory: string): Promise<boolean> {
  const paths = agentPaths(agentDirectory)
  if (!existsSync(paths.process)) return false
  const lock = lockAgentDirectory(agentDirectory)
  try {
    await loopbackAddresses(paths.serviceAddresses).removeAll()
    const hadPods = holdsPods(agentDirectory)
    if (hadPods) await stopPods(agentDirectory)
    await restoreMachine(agentDirectory)
    return hadPods
  } finally {
    lock.release()
  }
}

async function stopPods(agentDirectory: string): Promise<void> {
  const { process, volumes, secretVolumes, secretEnvironments } = agentPaths(agentDirectory)
  const driver = new ProcessDriver({ directory: process, clock: systemClock, secretDirectory: secretEnvironments })
  await driver.start()
  const tools = { driver, prober: new SystemProber(driver), clock: systemClock }
  await stopAllPods(tools, new SystemPodFiles(volumes, secretVolumes))
  await driver.close()
}
