import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import { RefConflict } from '../../../src/git/git-repository.ts'
import { writeFiles } from '../../../src/git/write-files.ts'

const MAIN = 'refs/heads/main'

/** Somebody who pushes to `main`, and remembers every push that was acknowledged. */
export class Person {
  readonly pushed: ObjectId[] = []
  readonly #git: GitRepository
  readonly #now: () => number

  constructor(git: GitRepository, now: () => number) {
    this.#git = git
    this.#now = now
  }

  /** Commits changes (null removes a file) on the tip of `main`; tries again when the tip moved. */
  async push(message: string, changes: Readonly<Record<string, string | null>>): Promise<ObjectId> {
    for (let attempt = 0; attempt < 20; attempt++) {
      const tip = await this.#git.readRef(MAIN)
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
        this.pushed.push(commit)
        return commit
      } catch (error) {
        if (!(error instanceof RefConflict)) throw error
      }
    }
    throw new Error('twenty pushes in a row met a moved tip')
  }
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}
