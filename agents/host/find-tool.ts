import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { TOOL_PATH } from './run-command.ts'

/** The absolute path of one of the machine's programs, for where a pod's own PATH counts; its name when there is none. */
export function findTool(name: string): string {
  const directory = TOOL_PATH.split(':').find(each => existsSync(join(each, name)))
  return directory === undefined ? name : join(directory, name)
}
