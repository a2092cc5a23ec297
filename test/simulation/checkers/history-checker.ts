import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import { findTrailer, parseTrailers } from '../../../src/git/trailers.ts'
import type { RepositoryModel } from '../actors/repository-model.ts'
import { Violation } from '../world/violation.ts'

const MAIN = 'refs/heads/main'
const STATUS = 'refs/heads/pintle/status'

/** Commits that can be added to a branch between two looks at it. */
const NEW_COMMITS_MAX = 1_000

/** Watches the repository: no acknowledged commit leaves `main`; status commits are true, final and never doubled. */
export class HistoryChecker {
  readonly #git: GitRepository
  readonly #model: RepositoryModel
  readonly #report: (violation: Violation) => void
  readonly #outcomes = new Map<string, ObjectId>()
  #main: ObjectId | undefined
  #status: ObjectId | undefined

  constructor(git: GitRepository, model: RepositoryModel, report: (violation: Violation) => void) {
    this.#git = git
    this.#model = model
    this.#report = report
  }

  /** After every step in which a ref may have moved. */
  async check(): Promise<void> {
    await this.#checkMain()
    await this.#checkStatus()
  }

  async #checkMain(): Promise<void> {
    const tip = await this.#git.readRef(MAIN)
    if (tip === this.#main) return
    const kept = this.#model.takeForced() ?? this.#main
    if (kept !== undefined && (tip === undefined || !(await this.#git.isAncestor(kept, tip)))) {
      this.#fail('no acknowledged commit leaves main', `main went from ${this.#main} to ${tip}`)
    }
    if (tip !== undefined) await this.#checkRollbacks(tip)
    this.#main = tip
  }

  /** A rollback touches its application and nothing else. */
  async #checkRollbacks(tip: ObjectId): Promise<void> {
    for (const { id, parents, message } of await this.#git.history(tip, NEW_COMMITS_MAX)) {
      if (id === this.#main) return
      const of = findTrailer(parseTrailers(message), 'Rollback-Of')
      const [parent] = parents
      if (of === undefined || parent === undefined) continue
      const application = of.slice(0, of.lastIndexOf('-'))
      const [before, after] = [await readTrees(this.#git, parent), await readTrees(this.#git, id)]
      for (const path of new Set([...before.keys(), ...after.keys()])) {
        if (path === `apps/${application}` || before.get(path) === after.get(path)) continue
        this.#fail('a rollback leaves other applications alone', `${id} rolls back ${of} and changes ${path}`)
      }
    }
  }

  async #checkStatus(): Promise<void> {
    const tip = await this.#git.readRef(STATUS)
    if (tip === this.#status || tip === undefined) return
    if (this.#status !== undefined && !(await this.#git.isAncestor(this.#status, tip))) {
      this.#fail('a status commit is never rewritten', `the status branch went from ${this.#status} to ${tip}`)
    }
    const added = await this.#git.history(tip, NEW_COMMITS_MAX)
    for (const commit of added) {
      if (commit.id === this.#status) break
      await this.#checkCommit(commit.id, commit.message)
    }
    this.#status = tip
  }

  async #checkCommit(id: ObjectId, message: string): Promise<void> {
    const trailers = parseTrailers(message)
    const [application, rollout, desired, outcome] = ['Application', 'Rollout', 'Desired-Commit', 'Outcome'].map(
      token => findTrailer(trailers, token),
    )
    if (rollout === undefined) return
    const key = `${application} ${rollout} ${outcome}`
    const before = this.#outcomes.get(key)
    if (before !== undefined) this.#fail('a status commit is never doubled', `${key} is told by ${before} and ${id}`)
    this.#outcomes.set(key, id)
    if (desired === undefined || this.#model.stateAt(desired) === undefined)
      this.#fail('a status commit names a commit of main', `${id} names ${desired}`)
  }

  #fail(invariant: string, how: string): void {
    this.#report(new Violation(invariant, how))
  }
}

/** Object ids of everything at the top and one level below. */
async function readTrees(git: GitRepository, commit: ObjectId): Promise<ReadonlyMap<string, ObjectId>> {
  const found = new Map<string, ObjectId>()
  const { tree } = await git.readCommit(commit)
  for (const { mode, name, id } of await git.readTree(tree)) {
    if (mode !== '040000') found.set(name, id)
    else for (const entry of await git.readTree(id)) found.set(`${name}/${entry.name}`, entry.id)
  }
  return found
}
