import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, import.meta.dirname.includes('/dist/') ? '../../..' : '../..')

/** Of the package this program runs from. */
export const VERSION: string = (JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string })
  .version
