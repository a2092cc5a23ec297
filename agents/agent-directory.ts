import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { createEngineForwarding } from './host/engine-forwarding.ts'
import { closeMemoryDirectory } from './host/memory-directory.ts'
import { createPodEgress } from './host/pod-egress.ts'

/** Where an agent keeps what, below its data directory. */
export function agentPaths(directory: string) {
  const secrets = join(directory, 'secrets')
  return {
    notes: join(directory, 'notes.json'),
    process: join(directory, 'process'),
    /** Of pods on a Docker engine. */
    docker: join(directory, 'docker'),
    volumes: join(directory, 'volumes'),
    /** What may hold something of a Secret; in memory where the machine can. */
    secrets,
    secretEnvironments: join(secrets, 'containers'),
    secretVolumes: join(secrets, 'volumes'),
    /** Journals of what was changed on the machine. */
    serviceAddresses: join(directory, 'service-addresses'),
    egress: join(directory, 'egress.json'),
    engineForwarding: join(directory, 'engine-forwarding.json'),
  }
}

/** The runtime whose pods are here, or were when the agent ended. */
export function runtimeOfPods(directory: string): 'docker' | 'process' | undefined {
  const { docker, process } = agentPaths(directory)
  if (holdsFiles(docker)) return 'docker'
  return holdsFiles(join(process, 'sandboxes')) ? 'process' : undefined
}

function holdsFiles(path: string): boolean {
  return existsSync(path) && readdirSync(path).length > 0
}

/** Puts the machine back as it was before the agent, once no pods are left: only they need what was changed. */
export async function restoreMachine(directory: string): Promise<void> {
  if (runtimeOfPods(directory) !== undefined) return
  const { egress, engineForwarding, secrets } = agentPaths(directory)
  await createEngineForwarding(engineForwarding).forget()
  await createPodEgress(egress).close()
  await closeMemoryDirectory(secrets)
}
