import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { closeMemoryDirectory } from './host/memory-directory.ts'
import { createPodEgress } from './host/pod-egress.ts'

/** Where an agent keeps what, below its data directory. */
export function agentPaths(directory: string) {
  const secrets = join(directory, 'secrets')
  return {
    notes: join(directory, 'notes.json'),
    process: join(directory, 'process'),
    volumes: join(directory, 'volumes'),
    /** What may hold something of a Secret; in memory where the machine can. */
    secrets,
    secretEnvironments: join(secrets, 'containers'),
    secretVolumes: join(secrets, 'volumes'),
    /** Journals of what was changed on the machine. */
    serviceAddresses: join(directory, 'service-addresses'),
    egress: join(directory, 'egress.json'),
  }
}

/** Pods of the process driver run here, or did when the agent ended. */
export function holdsPods(directory: string): boolean {
  const sandboxes = join(agentPaths(directory).process, 'sandboxes')
  return existsSync(sandboxes) && readdirSync(sandboxes).length > 0
}

/** Puts the machine back as it was before the agent, once no pods are left: only they need what was changed. */
export async function restoreMachine(directory: string): Promise<void> {
  if (holdsPods(directory)) return
  const { egress, secrets } = agentPaths(directory)
  await createPodEgress(egress).close()
  await closeMemoryDirectory(secrets)
}
