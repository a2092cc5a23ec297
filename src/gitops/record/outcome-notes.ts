import { formatDuration } from '../../api/kinds/gitops/duration.ts'
import type { GitRepository, ObjectId, Signature } from '../../git/git-repository.ts'
import { readNote, writeNotes } from '../../git/notes.ts'
import { compareText } from '../object/object-ref.ts'
import type { RolloutRecord } from './rollout-record.ts'

/** Adds each outcome to the note on its commit: one line per application. Writing the same again changes nothing. */
export async function noteOutcomes(
  git: GitRepository,
  records: readonly RolloutRecord[],
  author: Signature,
): Promise<void> {
  const lines = new Map<ObjectId, Map<string, string>>()
  for (const record of records) {
    const note = lines.get(record.commit) ?? parseNote(await readNote(git, record.commit))
    lines.set(record.commit, note)
    note.set(record.application, `${record.outcome} (${record.name}, ${formatDuration(record.durationMs)})`)
  }
  const notes = new Map([...lines].map(([commit, note]) => [commit, formatNote(note)]))
  if (notes.size > 0) await writeNotes(git, notes, author)
}

/** Commits that were passed over: a newer one was there before their turn came. */
export async function notePassedOver(
  git: GitRepository,
  passedOver: ReadonlyMap<ObjectId, readonly string[]>,
  by: ObjectId,
  author: Signature,
): Promise<void> {
  const notes = new Map<ObjectId, string>()
  for (const [commit, applications] of passedOver) {
    const note = parseNote(await readNote(git, commit))
    for (const application of applications) {
      if (!note.has(application)) note.set(application, `Superseded (by ${by})`)
    }
    notes.set(commit, formatNote(note))
  }
  if (notes.size > 0) await writeNotes(git, notes, author)
}

function parseNote(text: string | undefined): Map<string, string> {
  const note = new Map<string, string>()
  for (const line of (text ?? '').split('\n')) {
    const colon = line.indexOf(': ')
    if (colon > 0) note.set(line.slice(0, colon), line.slice(colon + 2))
  }
  return note
}

function formatNote(note: ReadonlyMap<string, string>): string {
  return [...note]
    .sort(([a], [b]) => compareText(a, b))
    .map(([application, outcome]) => `${application}: ${outcome}\n`)
    .join('')
}
