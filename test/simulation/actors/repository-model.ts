import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import { RefConflict } from '../../../src/git/git-repository.ts'
import type { SeededRandom } from '../world/seeded-random.ts'
import type { Person } from './person.ts'
import type { ApplicationState, RepositoryState } from './repository-state.ts'
import { difference, filesOf, readState } from './repository-state.ts'

const MAIN = 'refs/heads/main'
const APPLICATIONS = ['web', 'api', 'jobs']
const CONFIG_MAPS = ['red', 'green', 'blue']
const REPLICAS_MAX = 4
/** Commits that can be added to `main` between two looks at it. */
const NEW_COMMITS_MAX = 1_000
const REWIND_COMMITS_MAX = 4

/** Somebody's work on the repository, and what every commit of `main` wants, whoever made it. */
export class RepositoryModel {
  readonly #git: GitRepository
  readonly #person: Person
  readonly #random: SeededRandom
  readonly #states = new Map<ObjectId, RepositoryState>()
  /** Counts up, so that nothing pushed is ever the same twice. */
  #pushes = 0
  #tip: ObjectId | undefined
  #forcedTo: ObjectId | undefined

  constructor(git: GitRepository, person: Person, random: SeededRandom) {
    this.#git = git
    this.#person = person
    this.#random = random
  }

  async start(): Promise<void> {
    const changes = APPLICATIONS.map(name => filesOf(name, this.#newApplication()))
    await this.#person.push('start', async () => Object.assign({}, ...changes))
    await this.observe()
  }

  /** Looks at every commit of `main` that is new. */
  async observe(): Promise<void> {
    const tip = await this.#git.readRef(MAIN)
    if (tip === this.#tip || tip === undefined) return
    for (const { id } of await this.#git.history(tip, NEW_COMMITS_MAX)) {
      if (this.#states.has(id)) break
      this.#states.set(id, await readState(this.#git, id))
    }
    this.#tip = tip
  }

  /** What a commit wants; undefined when it never was on `main`. */
  stateAt(commit: ObjectId): RepositoryState | undefined {
    return this.#states.get(commit)
  }

  /** Every state of every application that was ever on `main`. */
  *everything(): Generator<readonly [string, ApplicationState]> {
    for (const state of this.#states.values()) yield* state
  }

  /** What the tip wants. */
  get wanted(): RepositoryState {
    return this.#states.get(this.#tip ?? '') ?? new Map()
  }

  get tip(): ObjectId | undefined {
    return this.#tip
  }

  /** One push of something a person might do. */
  async act(): Promise<void> {
    const name = this.#random.pick(APPLICATIONS)
    const action = this.#random.below(10)
    const detail = this.#random.next()
    await this.#change(`change ${name}`, name, application =>
      application === undefined ? this.#newApplication() : this.#changed(application, action, detail),
    )
  }

  /** A forced push: `main` goes back to an older commit, and what came after it is out. */
  async rewind(): Promise<void> {
    const tip = await this.#git.readRef(MAIN)
    const history = tip === undefined ? [] : await this.#git.history(tip, REWIND_COMMITS_MAX)
    const target = history.at(-1)?.id
    if (tip === undefined || target === undefined || target === tip) return
    try {
      await this.#git.updateRefs([{ ref: MAIN, expected: tip, target }], 'forced push')
      this.#forcedTo = target
    } catch (error) {
      if (!(error instanceof RefConflict)) throw error
    }
    await this.observe()
  }

  /** The commit that `main` was forced back to since this was asked last. */
  takeForced(): ObjectId | undefined {
    const forcedTo = this.#forcedTo
    this.#forcedTo = undefined
    return forcedTo
  }

  /** Everything can be read again. */
  async mend(): Promise<void> {
    for (const name of APPLICATIONS) {
      await this.#change(`mend ${name}`, name, application => application && { ...application, isBroken: false })
    }
  }

  /** Pushes what `change` makes of an application at the tip: undefined removes it. */
  async #change(
    message: string,
    name: string,
    change: (application: ApplicationState | undefined) => ApplicationState | undefined,
  ): Promise<void> {
    await this.#person.push(message, async tip => {
      const before = tip === undefined ? undefined : (await readState(this.#git, tip)).get(name)
      return difference(filesOf(name, before), filesOf(name, change(before)))
    })
    await this.observe()
  }

  #changed(application: ApplicationState, action: number, detail: number): ApplicationState | undefined {
    if (action < 3) return { ...application, version: this.#nextVersion() }
    if (action < 5) return { ...application, replicas: 1 + (detail % REPLICAS_MAX) }
    if (action < 8) return { ...application, configMaps: this.#toggled(application.configMaps, detail) }
    if (action === 8) return { ...application, isBroken: !application.isBroken }
    return detail % 2 === 0 ? undefined : application
  }

  #newApplication(): ApplicationState {
    const configMaps = new Map(CONFIG_MAPS.slice(0, 1 + this.#random.below(3)).map(name => [name, 'first']))
    return { replicas: 1 + this.#random.below(3), version: this.#nextVersion(), configMaps, isBroken: false }
  }

  #toggled(configMaps: ReadonlyMap<string, string>, detail: number): ReadonlyMap<string, string> {
    const name = CONFIG_MAPS[detail % CONFIG_MAPS.length]!
    const toggled = new Map(configMaps)
    if (configMaps.has(name) && detail % 2 === 0) toggled.delete(name)
    else toggled.set(name, this.#nextVersion())
    return toggled
  }

  #nextVersion(): string {
    this.#pushes += 1
    return `v${this.#pushes}`
  }
}
