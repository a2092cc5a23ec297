import { existsSync } from 'node:fs'
import type { Client } from '../client/client.ts'
import { createHttpClient } from '../client/http-client.ts'
import { loadKubeconfig } from '../client/kubeconfig.ts'
import { systemClock } from '../lib/system-clock.ts'
import { systemRandom } from '../lib/system-random.ts'
import type { DataDirectory } from './data-directory.ts'
import { servedKinds } from './served-kinds.ts'
import { UsageError } from './usage-error.ts'

export interface Connection extends Disposable {
  readonly client: Client
}

/** Speaks to the server of a data directory over its API, as whoever its kubeconfig says. */
export async function connect(directory: DataDirectory): Promise<Connection> {
  requireRunning(directory)
  const client = createHttpClient({
    access: await loadKubeconfig(directory.kubeconfig()),
    kinds: servedKinds(),
    clock: systemClock,
    random: systemRandom,
    userAgent: 'pintle-cli',
  })
  return { client, [Symbol.dispose]: () => client.close() }
}

export function requireRunning(directory: DataDirectory): void {
  if (!existsSync(directory.kubeconfig())) {
    throw new UsageError(
      `no server was ever started with ${directory.path}. Start one with 'pintle up', or name its directory with --data-dir`,
    )
  }
  if (!directory.isReady()) {
    throw new UsageError(`the server of ${directory.path} is not running. Start it with 'pintle up'`)
  }
}
