import { Application } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { ObjectId } from '../../git/git-repository.ts'
import { RefConflict } from '../../git/git-repository.ts'
import type { FileChange } from '../../git/write-files.ts'
import { writeFiles } from '../../git/write-files.ts'
import type { Timer } from '../../lib/clock.ts'
import { keyOf, readLive } from '../apply/read-live.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { judgeHealth } from '../health/judge-health.ts'
import { readInventory } from '../object/inventory.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { findPodSpec } from '../policy/find-pod-spec.ts'
import { signatureOf } from '../rollback/commit-rollback.ts'
import { formatYaml } from './format-yaml.ts'
import { LIVE_REF } from './status-paths.ts'

/** At most one commit in this time. */
const INTERVAL_MS = 10_000

/**
 * Keeps the view branch `pintle/live`: one small file per managed object with its health, replicas and images. It has one
 * commit, replaced each time: what was is on the status branch. Everything in it can be made again.
 */
export class LiveView {
  readonly #context: SyncContext
  readonly #changed = new Set<string>()
  /** Files of each application at the tip. */
  readonly #paths = new Map<string, readonly string[]>()
  #tree: ObjectId | undefined
  #tip: ObjectId | undefined
  #timer: Timer | undefined
  #lastMs = Number.NEGATIVE_INFINITY
  #stopped = true

  constructor(context: SyncContext) {
    this.#context = context
  }

  start(): void {
    this.#stopped = false
    if (this.#changed.size > 0) this.#schedule()
  }

  stop(): void {
    this.#stopped = true
    this.#timer?.cancel()
  }

  changed(application: string): void {
    this.#changed.add(application)
    this.#schedule()
  }

  #schedule(): void {
    if (this.#stopped || this.#timer !== undefined) return
    const { clock } = this.#context
    const delayMs = Math.max(1_000, this.#lastMs + INTERVAL_MS - clock.monotonic())
    this.#timer = clock.setTimer(delayMs, () => void this.#run())
  }

  async #run(): Promise<void> {
    const { clock, log } = this.#context
    this.#lastMs = clock.monotonic()
    const names = [...this.#changed]
    this.#changed.clear()
    try {
      await this.#write(names)
    } catch (error) {
      for (const name of names) this.#changed.add(name)
      // Somebody else moved it, or it cannot be trusted any more: begin with nothing.
      this.#forget()
      if (!(error instanceof RefConflict))
        log.log('warn', 'the view branch could not be written, trying again', { error: String(error) })
    }
    this.#timer = undefined
    if (this.#changed.size > 0) this.#schedule()
  }

  #forget(): void {
    this.#tree = undefined
    this.#tip = undefined
    this.#paths.clear()
  }

  async #write(changed: readonly string[]): Promise<void> {
    const { client, git } = this.#context
    const tip = await git.readRef(LIVE_REF)
    if (tip !== this.#tip || tip === undefined) this.#forget()
    const { items } = await client.list(Application)
    const all = new Map(items.map(item => [item.metadata.name, item]))
    const names = this.#tree === undefined ? [...all.keys()] : changed
    const files = new Map<string, FileChange>()
    for (const name of names) await this.#addFiles(name, all.get(name), files)
    const tree = await writeFiles(git, this.#tree, files)
    if (tree === this.#tree) return
    if (tip !== undefined && (await git.readCommit(tip)).tree === tree) this.#tip = tip
    else {
      const author = signatureOf(this.#context)
      this.#tip = await git.writeCommit({ tree, parents: [], author, message: 'What runs now' })
      await git.updateRefs([{ ref: LIVE_REF, expected: tip ?? null, target: this.#tip }], 'what runs now')
    }
    this.#tree = tree
  }

  async #addFiles(
    name: string,
    application: LiveApplication | undefined,
    files: Map<string, FileChange>,
  ): Promise<void> {
    for (const path of this.#paths.get(name) ?? []) files.set(path, null)
    const paths: string[] = []
    for (const ref of readInventory(application?.status?.inventory)) {
      const served = this.#context.client.kinds.byKind(ref.apiVersion, ref.kind)
      const live = served && (await readLive(this.#context.client, served.kind, keyOf(ref)))
      if (live === undefined) continue
      const path = pathOf(ref)
      paths.push(path)
      files.set(path, Buffer.from(formatYaml(describe(name, live))))
    }
    this.#paths.set(name, paths)
  }
}

/** Cluster-wide objects stand under `_cluster`, which no namespace can be named. */
function pathOf({ namespace, kind, name }: ObjectRef): string {
  return `objects/${namespace ?? '_cluster'}/${kind.toLowerCase()}/${name}.yaml`
}

function describe(application: string, live: DeepReadonly<KubeObject>): object {
  const { health, reason } = judgeHealth(live)
  const { spec, status } = live as { readonly spec?: unknown; readonly status?: unknown }
  const wanted = isPlainObject(spec) ? getOwn(spec, 'replicas') : undefined
  const available = isPlainObject(status) ? getOwn(status, 'availableReplicas') : undefined
  const images = imagesOf(live)
  return {
    application,
    kind: live.kind,
    health,
    ...(reason !== undefined && { reason }),
    ...(typeof wanted === 'number' && { replicas: wanted, available: typeof available === 'number' ? available : 0 }),
    ...(images.length > 0 && { images }),
  }
}

function imagesOf(live: DeepReadonly<KubeObject>): readonly string[] {
  const pods = findPodSpec(live)?.spec
  const containers = isPlainObject(pods) ? getOwn(pods, 'containers') : undefined
  if (!Array.isArray(containers)) return []
  return containers.flatMap(container => {
    const image = isPlainObject(container) ? getOwn(container, 'image') : undefined
    return typeof image === 'string' && image !== '' ? [image] : []
  })
}
