import { readdirSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { join, relative } from 'node:path'
import { writeFiles } from '../git/write-files.ts'
import type { ControlPlane } from './control-plane.ts'
import type { DataDirectory } from './data-directory.ts'

const DESIRED_REF = 'refs/heads/main'

/** Gives an empty cluster its first commit: `repo-template`, unchanged. */
export async function pushTemplate(directory: DataDirectory, { repository }: ControlPlane): Promise<void> {
  if ((await repository.readRef(DESIRED_REF)) !== undefined) return
  const root = join(import.meta.dirname, '..', '..', 'repo-template')
  const files = new Map(templateFiles(root).map(path => [relative(root, path), readFileSync(path)]))
  const { username } = userInfo()
  const author = {
    name: username,
    email: `${username}@localhost`,
    timestamp: Math.floor(Date.now() / 1000),
    offsetMinutes: 0,
  }
  const tree = await writeFiles(repository, undefined, files)
  const commit = await repository.writeCommit({ tree, parents: [], author, message: 'Start with hello and greeter\n' })
  await repository.updateRefs([{ ref: DESIRED_REF, expected: null, target: commit }], 'the first repository')
  console.log(`Pushed the first repository to ${directory.repository()}`)
}

function templateFiles(path: string): string[] {
  return readdirSync(path, { withFileTypes: true }).flatMap(entry => {
    const child = join(path, entry.name)
    return entry.isDirectory() ? templateFiles(child) : [child]
  })
}
