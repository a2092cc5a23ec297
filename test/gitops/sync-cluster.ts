import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { Application } from '../../src/api/kinds/gitops/application.ts'
import { PullRequest } from '../../src/api/kinds/gitops/pull-request.ts'
import { Repository } from '../../src/api/kinds/gitops/repository.ts'
import { Rollout } from '../../src/api/kinds/gitops/rollout.ts'
import type { DeepReadonly, KubeObject } from '../../src/api/object.ts'
import type { Client } from '../../src/client/client.ts'
import { Informer } from '../../src/client/informer.ts'
import { commitOnRef } from '../../src/git/commit-on-ref.ts'
import type { GitRepository, ObjectId } from '../../src/git/git-repository.ts'
import type { MemoryGitStorage } from '../../src/git/memory-git-repository.ts'
import { createMemoryGitRepository, createMemoryGitStorage } from '../../src/git/memory-git-repository.ts'
import { readFileAt } from '../../src/git/tree-path.ts'
import type { FileChange } from '../../src/git/write-files.ts'
import { writeFiles } from '../../src/git/write-files.ts'
import type { RunningSyncEngine } from '../../src/gitops/create-sync-engine.ts'
import { createSyncAdmission, createSyncEngine } from '../../src/gitops/create-sync-engine.ts'
import type { Logger } from '../../src/lib/log.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import type { Store } from '../../src/store/store.ts'
import { ManualClock, settle } from '../client/manual-clock.ts'
import type { OpenRegistry } from '../registry/open-registry.ts'
import { openRegistry } from '../registry/open-registry.ts'
import { SeededRandom } from '../simulation/world/seeded-random.ts'

export const MAIN = 'refs/heads/main'
const STEP_MS = 50
const STEPS_MAX = 4_000

const consoleLogger: Logger = {
  log: (level, message, fields) => console.log(level, message, JSON.stringify(fields)),
  with: () => consoleLogger,
}
const log = process.env['PINTLE_TEST_LOG'] ? consoleLogger : silentLogger

export interface SyncClusterOptions {
  /** From an earlier life: the Git repository, and the store unless it is lost. */
  readonly storage?: MemoryGitStorage
  readonly store?: Store
  readonly clock?: ManualClock
  /** What the sync engine is handed in place of its client and repository. */
  readonly wrapClient?: (client: Client) => Client
  readonly wrapGit?: (git: GitRepository) => GitRepository
  /** The sync engine is not started. */
  readonly stopped?: boolean
}

/**
 * The sync engine on the real registry, the memory store, the memory Git and a clock that stands still, with a stand-in
 * for the workload controllers: a Deployment becomes healthy at once unless its image says `broken`.
 */
export class SyncCluster {
  readonly clock: ManualClock
  readonly git: GitRepository
  readonly storage: MemoryGitStorage
  readonly store: Store
  readonly admin: Client
  readonly engine: RunningSyncEngine
  readonly #open: OpenRegistry
  readonly #deployments: Informer<Deployment>

  private constructor(
    open: OpenRegistry,
    storage: MemoryGitStorage,
    clock: ManualClock,
    admission: ReturnType<typeof createSyncAdmission>,
    { wrapClient = client => client, wrapGit = git => git }: SyncClusterOptions,
  ) {
    this.#open = open
    this.storage = storage
    this.store = open.store
    this.clock = clock
    this.admin = open.admin
    this.git = createMemoryGitRepository({ storage })
    const random = new SeededRandom(11)
    const secretKey = new Uint8Array(32).fill(3)
    this.engine = createSyncEngine({
      client: wrapClient(open.admin),
      git: wrapGit(createMemoryGitRepository({ storage })),
      clock,
      random,
      log,
      admission,
      options: { secretKey },
    })
    this.#deployments = new Informer<Deployment>({ client: open.admin, kind: Deployment, clock, random, log })
    this.#deployments.onChange(({ type, object }) => {
      if (type !== 'DELETED')
        void this.#makeHealthy(object).catch(error => log.log('debug', 'stand-in', { error: String(error) }))
    })
    this.#deployments.start()
  }

  static async start(options: SyncClusterOptions = {}): Promise<SyncCluster> {
    const clock = options.clock ?? new ManualClock()
    const admission = createSyncAdmission()
    const store = options.store ?? (await createMemoryStore())
    const extraKinds = [Application, Rollout, PullRequest, Repository]
    const open = await openRegistry({ clock, store, extraKinds, admission: [admission.plugin] })
    const cluster = new SyncCluster(open, options.storage ?? createMemoryGitStorage(), clock, admission, options)
    if (!options.stopped) cluster.engine.start()
    return cluster
  }

  /** The process dies: nothing of it runs on, the store and Git stay. */
  async crash(): Promise<void> {
    this.engine.stop()
    this.#deployments.stop()
    this.#open.registry.close()
    await settle()
  }

  /** Commits files on `main` (null removes) as a push by a road that asks no gate. */
  async push(files: Readonly<Record<string, string | null>>, message = 'change'): Promise<ObjectId> {
    const { commit } = await commitOnRef(this.git, {
      ref: MAIN,
      message,
      author: {
        name: 'Ann',
        email: 'ann@example.com',
        timestamp: Math.floor(this.clock.now() / 1000),
        offsetMinutes: 0,
      },
      makeTree: tip => this.writeTree(tip?.tree, files),
      allowEmpty: true,
    })
    return commit!
  }

  writeTree(base: ObjectId | undefined, files: Readonly<Record<string, string | null>>): Promise<ObjectId> {
    const changes = Object.entries(files).map(([path, text]): [string, FileChange] => [
      path,
      text === null ? null : Buffer.from(text),
    ])
    return writeFiles(this.git, base, new Map(changes))
  }

  /** Lets time pass until `observe` gives something; fails after a bounded while. */
  async until<T>(what: string, observe: () => Promise<T | undefined | false>): Promise<T> {
    const seen = await this.clock.until(observe, STEPS_MAX)
    if (seen === undefined)
      throw new Error(`waited in vain: ${what}\n${JSON.stringify(await this.states(), undefined, 1)}`)
    return seen
  }

  async rest(ms = 3_000): Promise<void> {
    for (let passed = 0; passed < ms; passed += STEP_MS) await this.clock.advance(STEP_MS)
  }

  /** Resolves when the application is in the phase at the newest commit (or the one given), and that is recorded. */
  async untilPhase(name: string, phase: string, commit?: ObjectId): Promise<DeepReadonly<Application>> {
    return this.until(`${name} ${phase}`, async () => {
      const application = await this.application(name)
      const { status } = application ?? {}
      const isThere = status?.phase === phase && (commit === undefined || status.attempted?.commit === commit)
      return isThere && (await this.isRecorded(name)) ? application : undefined
    })
  }

  async isRecorded(name: string): Promise<boolean> {
    return (await this.rollouts(name)).every(({ status }) => status?.recorded !== undefined)
  }

  async application(name: string): Promise<DeepReadonly<Application> | undefined> {
    return (await this.admin.list(Application)).items.find(item => item.metadata.name === name)
  }

  async rollouts(application: string): Promise<readonly DeepReadonly<Rollout>[]> {
    const { items } = await this.admin.list(Rollout, { fieldSelector: `spec.application=${application}` })
    return [...items].sort((a, b) => a.spec.number - b.spec.number)
  }

  async states(): Promise<unknown> {
    const { items } = await this.admin.list(Application)
    return items.map(({ metadata, status }) => [
      metadata.name,
      status?.phase,
      status?.message,
      status?.reasons,
      status?.rollout,
    ])
  }

  /** Names of the objects of a kind in a namespace. */
  async names(apiVersion: string, kind: string, namespace?: string): Promise<readonly string[]> {
    const served = this.admin.kinds.byKind(apiVersion, kind)!
    const { items } = await this.admin.list(served.kind, namespace === undefined ? {} : { namespace })
    return items.map((item: DeepReadonly<KubeObject>) => item.metadata.name)
  }

  /** Text of a file on a branch. */
  async file(ref: string, path: string): Promise<string | undefined> {
    const tip = await this.git.readRef(ref)
    if (tip === undefined) return undefined
    const bytes = await readFileAt(this.git, (await this.git.readCommit(tip)).tree, path, 1_000_000)
    return bytes && Buffer.from(bytes).toString()
  }

  async log(ref: string): Promise<readonly string[]> {
    const tip = await this.git.readRef(ref)
    return tip === undefined ? [] : (await this.git.history(tip, 1_000)).map(({ message }) => message)
  }

  async #makeHealthy(deployment: DeepReadonly<Deployment>): Promise<void> {
    const generation = deployment.metadata.generation ?? 1
    if (deployment.status?.observedGeneration === generation) return
    const replicas = deployment.spec?.replicas ?? 1
    const isBroken = JSON.stringify(deployment.spec).includes('broken')
    const available = isBroken ? 0 : replicas
    const counts = { replicas, updatedReplicas: replicas, readyReplicas: available, availableReplicas: available }
    const status = { observedGeneration: generation, ...counts }
    const { namespace, name } = deployment.metadata
    const body = [{ op: 'add', path: '/status', value: status }]
    await this.admin
      .as({ user: 'system:controller:deployment-controller', groups: ['system:controllers'] })
      .patch(Deployment, { namespace: namespace!, name }, { type: 'json', body }, { subresource: 'status' })
  }
}

export function deployment(
  name: string,
  options: { image?: string; replicas?: number; namespace?: string } = {},
): string {
  const { image = 'web:1', replicas = 1, namespace } = options
  return `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}${namespace === undefined ? '' : `\n  namespace: ${namespace}`}
spec:
  replicas: ${replicas}
  selector:
    matchLabels: {app: ${name}}
  template:
    metadata:
      labels: {app: ${name}}
    spec:
      containers:
        - name: web
          image: ${image}
`
}

export function configMap(
  name: string,
  data: Readonly<Record<string, string>> = { a: '1' },
  namespace?: string,
): string {
  const metadata = { name, ...(namespace !== undefined && { namespace }) }
  return `${JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data })}\n`
}

export function settings(name: string, spec: object): string {
  return `${JSON.stringify({ apiVersion: 'gitops.pintle.dev/v1', kind: 'Application', metadata: { name }, spec })}\n`
}
