import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Application } from '../../../src/api/kinds/gitops/application.ts'
import type { Json } from '../../../src/api/object.ts'
import type { OperationRequest } from '../../../src/gitops/operations/request-operation.ts'
import { requestOperation } from '../../../src/gitops/operations/request-operation.ts'
import { isOwned } from '../scenario/why-not-settled.ts'
import type { SeededRandom } from '../world/seeded-random.ts'
import type { SimulatedCluster } from '../world/simulated-cluster.ts'

const LIVE_REPLICAS_MAX = 5

/** Somebody with kubectl beside Git: makes objects of their own, changes managed ones, asks for rollbacks. */
export class KubectlUser {
  readonly #cluster: SimulatedCluster
  readonly #random: SeededRandom
  #count = 0

  constructor(cluster: SimulatedCluster, random: SeededRandom) {
    this.#cluster = cluster
    this.#random = random
  }

  /** One command; that it may fail is part of life. */
  async act(applications: readonly string[]): Promise<void> {
    if (applications.length === 0) return
    const name = this.#random.pick(applications)
    const commands = [
      () => this.#createStranger(name),
      () => this.#editConfigMap(name),
      () => this.#deleteConfigMap(name),
      () => this.#scale(name),
      () => this.#deletePod(name),
      () => this.request(name, { type: 'rollback' }),
      () => this.request(name, { type: 'rollback' }),
    ]
    await this.#random
      .pick(commands)()
      .catch(() => {})
  }

  /** Does not wait for the answer. */
  async request(application: string, request: Omit<OperationRequest, 'id'>): Promise<void> {
    const { clock } = this.#cluster
    const id = `request-${this.#count++}`
    await requestOperation(this.#cluster.client(), clock, application, { id, ...request })
  }

  /**
   * Does what waits for a person: barred inputs are tried again, held deletes approved if `approves`, pods that nobody
   * adopted after the store was lost deleted.
   */
  async unblock(approves: boolean): Promise<void> {
    const { items } = await this.#cluster.client().list(Application)
    for (const { metadata, status, operation } of items) {
      if (operation !== undefined) continue
      const isBarred = status?.phase === 'Held' && status.held === undefined
      if (isBarred) await this.request(metadata.name, { type: 'retry' })
      else if (status?.held !== undefined && approves)
        await this.request(metadata.name, { type: 'approve', digest: status.held.digest })
    }
    const pods = await this.#cluster.client().list(Pod)
    for (const { metadata } of pods.items.filter(pod => !isOwned(pod)))
      await this.#cluster.client().delete(Pod, { namespace: metadata.namespace ?? '', name: metadata.name })
  }

  async #createStranger(namespace: string): Promise<void> {
    const metadata = { namespace, name: `mine-${this.#count++}` }
    await this.#cluster
      .client()
      .create(ConfigMap, { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { my: 'own' } })
  }

  async #editConfigMap(namespace: string): Promise<void> {
    const name = await this.#someConfigMap(namespace)
    const body: Json = { data: { value: `edited ${this.#count++}` } }
    await this.#cluster.client().patch(ConfigMap, { namespace, name }, { type: 'merge', body })
  }

  async #deleteConfigMap(namespace: string): Promise<void> {
    const name = await this.#someConfigMap(namespace)
    await this.#cluster.client().delete(ConfigMap, { namespace, name })
  }

  async #someConfigMap(namespace: string): Promise<string> {
    const { items } = await this.#cluster.client().list(ConfigMap, { namespace })
    const names = items.map(({ metadata }) => metadata.name).filter(name => /^(red|green|blue)$/.test(name))
    if (names.length === 0) throw new Error('there is none')
    return this.#random.pick(names)
  }

  async #scale(name: string): Promise<void> {
    const body: Json = { spec: { replicas: this.#random.below(LIVE_REPLICAS_MAX + 1) } }
    await this.#cluster.client().patch(Deployment, { namespace: name, name }, { type: 'merge', body })
  }

  async #deletePod(namespace: string): Promise<void> {
    const { items } = await this.#cluster.client().list(Pod, { namespace })
    if (items.length === 0) return
    await this.#cluster.client().delete(Pod, { namespace, name: this.#random.pick(items).metadata.name })
  }
}
