import type { ObjectId } from './git-repository.ts'
import { GitError } from './git-repository.ts'

/** The same words for the same trouble, whichever repository meets it. */
export function missing(id: ObjectId): GitError {
  return new GitError('missing', `object ${id} is not in the repository`)
}

export function wrongType(id: ObjectId, is: string, wanted: string): GitError {
  return new GitError('wrong-type', `object ${id} is a ${is}, not a ${wanted}`)
}

export function tooLarge(id: ObjectId, bytes: number, bytesMax: number): GitError {
  return new GitError('too-large', `object ${id} has ${bytes} bytes, more than the ${bytesMax} allowed here`)
}
