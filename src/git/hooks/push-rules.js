import { findOversizedFile } from './file-sizes.js'
import { runGit } from './run-git.js'

const DESIRED_REF = 'refs/heads/main'
const ENGINE_PREFIXES = ['refs/heads/pintle/', 'refs/notes/', 'refs/pintle/']
const UPDATES_MAX = 1_000

/** What no push may do, engine running or not: a sentence for the pusher, or undefined. */
export function findRefusal(push) {
  if (push.updates.length > UPDATES_MAX)
    return `A push may move at most ${UPDATES_MAX} refs; this one moves ${push.updates.length}.`
  for (const update of push.updates) {
    const refusal = findUpdateRefusal(update, push.quarantine)
    if (refusal !== undefined) return refusal
  }
  return findOversizedFile(push)
}

function findUpdateRefusal(update, quarantine) {
  const { ref } = update
  if (ENGINE_PREFIXES.some(prefix => ref.startsWith(prefix))) {
    return `${shortName(ref)} is written by Pintle alone. Push your change to main, or to a branch of another name to propose it.`
  }
  if (!ref.startsWith('refs/heads/') && !ref.startsWith('refs/tags/')) {
    return `${ref} is neither a branch nor a tag: Pintle keeps only those.`
  }
  if (ref !== DESIRED_REF) return undefined
  if (update.new === undefined) {
    return 'main cannot be deleted: it is what runs. To take applications down, push a commit that removes their directories.'
  }
  if (update.old === undefined || isAncestor(update.old, update.new, quarantine)) return undefined
  return (
    `main only moves forward: this push would drop commits from it (it is at ${update.old.slice(0, 12)}). ` +
    'Run git pull --rebase, then push again; to undo a change, push a commit that reverts it (git revert).'
  )
}

function shortName(ref) {
  return ref.replace(/^refs\/heads\//, 'The branch ')
}

/** False also when it cannot be told. */
function isAncestor(ancestor, descendant, quarantine) {
  return runGit(['merge-base', '--is-ancestor', ancestor, descendant], quarantine).status === 0
}
