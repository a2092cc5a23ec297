import { existsSync } from 'node:fs'
import { silentLogger } from '../src/lib/log.ts'
import { systemClock } from '../src/lib/system-clock.ts'
import { agentPaths, restoreMachine, runtimeOfPods } from './agent-directory.ts'
import { lockAgentDirectory } from './host/agent-lock.ts'
import { DockerDriver } from './node/docker-driver/docker-driver.ts'
import { engineSocket } from './node/docker-driver/engine-socket.ts'
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
  if (!existsSync(paths.process) && !existsSync(paths.docker)) return false
  const lock = lockAgentDirectory(agentDirectory)
  try {
    await loopbackAddresses(paths.serviceAddresses).removeAll()
    const runtime = runtimeOfPods(agentDirectory)
    if (runtime !== undefined) await stopPods(agentDirectory, runtime)
    await restoreMachine(agentDirectory)
    return runtime !== undefined
  } finally {
    lock.release()
  }
}

async function stopPods(agentDirectory: string, runtime: 'docker' | 'process'): Promise<void> {
  const { docker, process, volumes, secretVolumes, secretEnvironments } = agentPaths(agentDirectory)
  const driver =
    runtime === 'process'
      ? new ProcessDriver({ directory: process, clock: systemClock, secretDirectory: secretEnvironments })
      : new DockerDriver({ directory: docker, socketPath: engineSocket(), clock: systemClock, log: silentLogger })
  await driver.start()
  const tools = { driver, prober: new SystemProber(driver), clock: systemClock }
  await stopAllPods(tools, new SystemPodFiles(volumes, secretVolumes))
  await driver.close()
}
