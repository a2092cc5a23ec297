import { runGit } from './run-git.js'

/** No file in the repository may be larger: a server of manifests, not of artefacts. */
const FILE_BYTES_MAX = 32 * 1024 * 1024
const FORMAT = '%(objectsize) %(objecttype) %(objectname)'

/**
 * A sentence that names a pushed file over the limit, or undefined. The limit on a push counts compressed bytes, so a
 * small push can hold a huge file. Looks only at the objects that this push brings.
 */
export function findOversizedFile({ updates, quarantine }) {
  if (quarantine === undefined) return undefined
  const listed = runGit(['cat-file', '--batch-all-objects', '--unordered', `--batch-check=${FORMAT}`], quarantine, {
    alone: true,
  })
  if (listed.status !== 0) return 'The objects of this push cannot be read, so nothing landed. Push again.'
  const large = listed.stdout
    .split('\n')
    .map(line => line.split(' '))
    .find(([size, type]) => type === 'blob' && Number(size) > FILE_BYTES_MAX)
  if (large === undefined) return undefined
  const [size, , id] = large
  return (
    `${findName(updates, quarantine, id) ?? `The file with id ${id}`} has ${megabytes(size)} MB; ` +
    `a file here may have ${megabytes(FILE_BYTES_MAX)} MB. Keep it elsewhere (an image, an artefact store), ` +
    'take it out of every commit of this push (git rebase -i), then push again.'
  )
}

function findName(updates, quarantine, id) {
  const ends = updates.flatMap(update => [update.new ?? [], update.old === undefined ? [] : `^${update.old}`]).flat()
  const { stdout } = runGit(['rev-list', '--objects', '--stdin'], quarantine, { input: `${ends.join('\n')}\n` })
  const line = (stdout ?? '').split('\n').find(candidate => candidate.startsWith(`${id} `))
  return line && printable(line.slice(41))
}

function printable(name) {
  return name.replace(/[^\x20-\x7e\u00a1-\u1fff\u2c00-\ud7ff]/g, '?').slice(0, 300)
}

function megabytes(bytes) {
  return Math.ceil(bytes / (1024 * 1024))
}
