import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import { RefConflict } from '../../../src/git/git-repository.ts'
import { writeFiles } from '../../../src/git/write-files.ts'

const MAIN = 'refs/heads/main'

/** What to write (null removes a file), given where `main` is. */
export type MakeChanges = (tip: ObjectId | undefined) => Promise<Readonly<Record<string, string | null>>>

const PUSHES_MAX = 20

/** Somebody who pushes to `main`. */
export class Person {
  readonly #git: GitRepository
  readonly #now: () => number

  constructor(git: GitRepository, now: () => number) {
    this.#git = git
    this.#now = now
  }

  /** Commits changes on the tip of `main`, made anew when the tip moved meanwhile; nothing when there are none. */
  async push(message: string, makeChanges: MakeChanges): Promise<void> {
    for (let attempt = 0; attempt < PUSHES_MAX; attempt++) {
      const tip = await this.#git.readRef(MAIN)
      const changes = await makeChanges(tip)
      if (Object.keys(changes).length === 0) return
      const base = tip === undefined ? undefined : (await this.#git.readCommit(tip)).tree
      const files = Object.entries(changes).map(([path, text]) => [path, text === null ? null : encode(text)] as const)
      const tree = await writeFiles(this.#git, base, new Map(files))
      const author = {
        name: 'Ann',
        email: 'ann@example.org',
        timestamp: Math.floor(this.#now() / 1000),
        offsetMinutes: 0,
      }
      const commit = await this.#git.writeCommit({ tree, parents: tip === undefined ? [] : [tip], author, message })
      try {
        await this.#git.updateRefs([{ ref: MAIN, expected: tip ?? null, target: commit }], 'push')
        return
      } catch (error) {
        if (!(error instanceof RefConflict)) throw error
      }
    }
    throw new Error(`${PUSHES_MAX} pushes in a row met a moved tip`)
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
