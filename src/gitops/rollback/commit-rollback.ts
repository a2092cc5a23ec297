import { commitOnRef } from '../../git/commit-on-ref.ts'
import type { ObjectId, Signature, TreeEntry } from '../../git/git-repository.ts'
import { formatTrailers } from '../../git/trailers.ts'
import { readPath } from '../../git/tree-path.ts'
import type { FileChange } from '../../git/write-files.ts'
import { writeFiles } from '../../git/write-files.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import { digestOf } from '../object/digest.ts'
import { compareText } from '../object/object-ref.ts'
import { listWords } from '../object/show-text.ts'
import { readDirectory } from '../source/read-directory.ts'
import type { SourceInput } from '../source/source-application.ts'

export interface Restore {
  readonly application: string
  /** Its directory, e.g. `apps/hello`. */
  readonly path: string
  /** The rollout that is undone, e.g. `hello-4`, and the one that is gone back to. */
  readonly of: string
  readonly to: string
  /** Commit and inputs of the rollout that is gone back to. */
  readonly commit: ObjectId
  readonly inputs: readonly SourceInput[]
  /** Made only while `main` still has these inputs; always when left out. */
  readonly onlyIfInputs?: string
  readonly withShared: boolean
  readonly requestedBy: string
  /** Why, one sentence each. */
  readonly reasons: readonly string[]
  readonly requestId?: string
}

export type RestoreResult =
  | { readonly type: 'committed'; readonly commit: ObjectId }
  /** `main` holds these inputs already. */
  | { readonly type: 'alreadyThere'; readonly commit: ObjectId }
  | { readonly type: 'refused'; readonly message: string }

const AUTHOR_OFFSET_MINUTES = 0

/**
 * Commits on the tip of `main` a tree in which every input of one application is as it was at an earlier rollout.
 * Everything else stays as the tip has it: other applications, and files that are no inputs.
 */
export async function commitRestore(context: SyncContext, restore: Restore): Promise<RestoreResult> {
  const shared = restore.inputs.filter(({ path }) => !path.startsWith(`${restore.path}/`))
  if (shared.length > 0 && !restore.withShared) {
    const names = listWords(shared.map(({ path }) => path))
    return {
      type: 'refused',
      message: `${restore.to} also read ${names}, which other applications may read too; add --with-shared to restore them`,
    }
  }
  let refusal: string | undefined
  const { commit, changed } = await commitOnRef(context.git, {
    ref: context.settings.ref,
    author: signatureOf(context),
    message: restoreMessage(restore),
    async makeTree(tip) {
      refusal = undefined
      if (tip === undefined) return undefined
      const current = await readInputs(context, tip.tree, restore.path)
      if (restore.onlyIfInputs !== undefined && inputDigestOf(current) !== restore.onlyIfInputs) {
        refusal = `${restore.application} has newer inputs on the branch already`
        return undefined
      }
      return writeFiles(context.git, tip.tree, await changesFor(context, current, restore))
    },
  })
  if (refusal !== undefined || commit === undefined)
    return { type: 'refused', message: refusal ?? 'the branch does not exist' }
  return changed ? { type: 'committed', commit } : { type: 'alreadyThere', commit }
}

/** The manifest files below a directory of a tree, in path order. */
async function readInputs({ git }: SyncContext, tree: ObjectId, path: string): Promise<readonly SourceInput[]> {
  const entry = await readPath(git, tree, path)
  if (entry?.mode !== '040000') return []
  const { files } = await readDirectory(git, path, entry.id)
  return [...files].sort((a, b) => compareText(a.path, b.path))
}

/** The same digest that reading an application's directory gives. */
function inputDigestOf(inputs: readonly SourceInput[]): string {
  return digestOf(inputs.map(input => [input.path, input.blob]))
}

async function changesFor(
  { git }: SyncContext,
  current: readonly SourceInput[],
  restore: Restore,
): Promise<ReadonlyMap<string, FileChange>> {
  const changes = new Map<string, FileChange>(current.map(({ path }) => [path, null]))
  const { tree } = await git.readCommit(restore.commit)
  for (const { path, blob } of restore.inputs) {
    const entry = await readPath(git, tree, path)
    changes.set(path, { mode: modeOf(entry, blob), id: blob })
  }
  return changes
}

function modeOf(entry: TreeEntry | undefined, blob: ObjectId): TreeEntry['mode'] {
  return entry?.id === blob && entry.mode === '100755' ? '100755' : '100644'
}

export function signatureOf({ settings, clock }: SyncContext): Signature {
  return { ...settings.author, timestamp: Math.floor(clock.now() / 1000), offsetMinutes: AUTHOR_OFFSET_MINUTES }
}

const REASONS_MAX = 5

function restoreMessage({ application, of, to, reasons, requestedBy, requestId }: Restore): string {
  const body = reasons.slice(0, REASONS_MAX).map(reason => `- ${reason}`)
  const text = [`Roll back ${application} to ${to}`, ...(body.length > 0 ? ['', ...body] : [])].join('\n')
  return formatTrailers(text, [
    ['Rollback-Of', of],
    ['Rollback-To', to],
    ['Requested-By', requestedBy],
    ...(requestId === undefined ? [] : [['Request', requestId] as const]),
  ])
}
