import { GITOPS_API_VERSION } from '../../api/kinds/gitops/gitops-schema.ts'
import { Repository } from '../../api/kinds/gitops/repository.ts'
import type { Json } from '../../api/object.ts'
import { formatTime } from '../../lib/clock.ts'
import { readLive } from '../apply/read-live.ts'
import { formatProblem } from '../source/source-problem.ts'
import type { SyncContext } from './sync-context.ts'

const NAME = 'cluster'
const PROBLEMS_MAX = 20

/**
 * Keeps the Repository object: its commit is one that every application it changed has seen, so that who waits for the
 * commit finds them all under way or done.
 */
export class RepositoryStatusWriter {
  readonly #context: SyncContext
  readonly #open = new Set<string>()
  #commit: string | undefined
  #written: string | undefined

  constructor(context: SyncContext) {
    this.#context = context
  }

  expect(commit: string | undefined, changed: readonly string[]): void {
    this.#commit = commit
    for (const name of changed) this.#open.add(name)
  }

  async handled(name: string): Promise<void> {
    if (this.#open.delete(name)) await this.writeIfReady()
  }

  async writeIfReady(): Promise<void> {
    const { client, clock, memory, settings } = this.#context
    const commit = this.#commit
    if (this.#open.size > 0 || commit === undefined || commit === this.#written) return
    this.#written = commit
    const spec = { branch: settings.ref.slice('refs/heads/'.length) }
    const live = await readLive(client, Repository, { name: NAME })
    if (live === undefined) {
      await client.create(Repository, {
        apiVersion: GITOPS_API_VERSION,
        kind: 'Repository',
        metadata: { name: NAME },
        spec,
      })
    }
    if (live?.status?.commit === commit) return
    const problems = (memory.desired?.problems ?? []).slice(0, PROBLEMS_MAX).map(formatProblem)
    const status = {
      commit,
      observedAt: formatTime(clock.now()),
      applications: memory.desired?.applications.size ?? 0,
      ...(problems.length > 0 && { problems }),
    }
    const body: Json[] = [{ op: 'add', path: '/status', value: status }]
    await client.patch(Repository, { name: NAME }, { type: 'json', body }, { subresource: 'status' })
  }
}
