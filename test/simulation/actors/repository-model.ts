import type { ObjectId } from '../../../src/git/git-repository.ts'
import type { SeededRandom } from '../world/seeded-random.ts'
import { configMapManifest, deploymentManifest } from './manifests.ts'
import type { Person } from './person.ts'

/** `deployments web/web`: plural, namespace and name. */
export type ObjectName = string

interface ApplicationModel {
  replicas: number
  version: number
  readonly configMaps: Map<string, number>
  isBroken: boolean
}

/** What one commit says of one application: the objects it names, or that it cannot be read. */
export type Snapshot = ReadonlyMap<string, ReadonlySet<ObjectName> | 'unreadable'>

const APPLICATIONS = ['web', 'api', 'jobs']
const CONFIG_MAPS = ['red', 'green', 'blue']
const REPLICAS_MAX = 4

/** Knows what every commit of `main` wants, because it made them all. */
export class RepositoryModel {
  readonly #person: Person
  readonly #random: SeededRandom
  readonly #applications = new Map<string, ApplicationModel>()
  readonly snapshots: { readonly commit: ObjectId; readonly wanted: Snapshot }[] = []

  constructor(person: Person, random: SeededRandom) {
    this.#person = person
    this.#random = random
  }

  async start(): Promise<void> {
    for (const name of APPLICATIONS) this.#applications.set(name, this.#newApplication())
    const changes = [...this.#applications.keys()].map(name => this.#filesOf(name))
    await this.#push('start', Object.assign({}, ...changes))
  }

  /** One push of something a person might do. */
  async act(): Promise<void> {
    const name = this.#random.pick(APPLICATIONS)
    const application = this.#applications.get(name)
    if (application === undefined) return this.#add(name)
    const before = this.#filesOf(name)
    const action = this.#random.below(10)
    if (action < 3) application.version += 1
    else if (action < 5) application.replicas = 1 + this.#random.below(REPLICAS_MAX)
    else if (action < 8) this.#toggleConfigMap(application)
    else if (action === 8) application.isBroken = !application.isBroken
    else if (this.#random.chance(0.5)) this.#applications.delete(name)
    await this.#push(`change ${name}`, difference(before, this.#filesOf(name)))
  }

  /** Everything can be read again. */
  async mend(): Promise<void> {
    for (const [name, application] of this.#applications) {
      if (!application.isBroken) continue
      const before = this.#filesOf(name)
      application.isBroken = false
      await this.#push(`mend ${name}`, difference(before, this.#filesOf(name)))
    }
  }

  get applicationNames(): string[] {
    return [...this.#applications.keys()]
  }

  get wanted(): Snapshot {
    return this.snapshots.at(-1)!.wanted
  }

  #newApplication(): ApplicationModel {
    const configMaps = new Map(CONFIG_MAPS.slice(0, 1 + this.#random.below(3)).map(name => [name, 1]))
    return { replicas: 1 + this.#random.below(3), version: 1, configMaps, isBroken: false }
  }

  async #add(name: string): Promise<void> {
    this.#applications.set(name, this.#newApplication())
    await this.#push(`add ${name}`, this.#filesOf(name))
  }

  #toggleConfigMap(application: ApplicationModel): void {
    const name = this.#random.pick(CONFIG_MAPS)
    const value = application.configMaps.get(name)
    if (value === undefined) application.configMaps.set(name, 1)
    else if (this.#random.chance(0.5)) application.configMaps.set(name, value + 1)
    else application.configMaps.delete(name)
  }

  #filesOf(name: string): Record<string, string> {
    const application = this.#applications.get(name)
    if (application === undefined) return {}
    const { replicas, version, configMaps, isBroken } = application
    const files: Record<string, string> = {
      [`apps/${name}/deployment.yaml`]: deploymentManifest({ name, replicas, version: `v${version}` }),
    }
    for (const [each, value] of configMaps) files[`apps/${name}/${each}.yaml`] = configMapManifest(each, String(value))
    if (isBroken) files[`apps/${name}/broken.yaml`] = 'kind: [never closed\n'
    return files
  }

  async #push(message: string, changes: Readonly<Record<string, string | null>>): Promise<void> {
    if (Object.keys(changes).length === 0) return
    const wanted = this.#snapshot()
    const commit = await this.#person.push(message, changes)
    this.snapshots.push({ commit, wanted })
  }

  #snapshot(): Snapshot {
    const snapshot = new Map<string, ReadonlySet<ObjectName> | 'unreadable'>()
    for (const [name, application] of this.#applications) {
      const maps = [...application.configMaps.keys()].map(each => `configmaps ${name}/${each}`)
      const objects = new Set([`deployments ${name}/${name}`, ...maps])
      snapshot.set(name, application.isBroken ? 'unreadable' : objects)
    }
    return snapshot
  }
}

function difference(before: Record<string, string>, after: Record<string, string>): Record<string, string | null> {
  const changes: Record<string, string | null> = {}
  for (const path of Object.keys(before)) if (after[path] === undefined) changes[path] = null
  for (const [path, text] of Object.entries(after)) if (before[path] !== text) changes[path] = text
  return changes
}
