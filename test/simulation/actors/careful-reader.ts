import { isApiError } from '../../../src/api/api-error.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { sleep } from '../../../src/lib/clock.ts'
import type { SeededRandom } from '../world/seeded-random.ts'
import type { SimulatedCluster } from '../world/simulated-cluster.ts'
import { Violation } from '../world/violation.ts'

const EVERY_MS_MAX = 2_000
const KEY = { namespace: 'default', name: 'careful-reader' }

/** Somebody in the server's process who reads after every write, and must find it. */
export class CarefulReader {
  readonly #cluster: SimulatedCluster
  readonly #random: SeededRandom
  #count = 0

  constructor(cluster: SimulatedCluster, random: SeededRandom) {
    this.#cluster = cluster
    this.#random = random
  }

  /** Goes on until `isOver`. */
  async run(isOver: () => boolean): Promise<void> {
    while (!isOver()) {
      await sleep(this.#cluster.clock, 1 + this.#random.below(EVERY_MS_MAX))
      const { server } = this.#cluster
      const written = await this.#write().catch(() => undefined)
      if (written === undefined || this.#cluster.server !== server) continue
      const seen = await this.#read()
      if (this.#cluster.server !== server || seen === undefined) continue
      if (seen < revisionOf(written)) {
        const how = `revision ${revisionOf(written)} was written, ${seen === 0 ? 'nothing' : seen} was read`
        this.#cluster.report(new Violation('a write is read by its own process', how))
      }
    }
  }

  async #write(): Promise<DeepReadonly<ConfigMap>> {
    const client = this.#cluster.client()
    const data = { count: String(this.#count++) }
    try {
      return await client.patch(ConfigMap, KEY, { type: 'merge', body: { data } })
    } catch (error) {
      if (!isApiError(error, 'NotFound')) throw error
      return client.create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata: KEY, data })
    }
  }

  /** The revision found; 0 = nothing there, undefined = nobody answered. */
  async #read(): Promise<number | undefined> {
    try {
      return revisionOf(await this.#cluster.client().get(ConfigMap, KEY))
    } catch (error) {
      return isApiError(error, 'NotFound') ? 0 : undefined
    }
  }
}

function revisionOf({ metadata }: DeepReadonly<ConfigMap>): number {
  return Number(metadata.resourceVersion)
}
