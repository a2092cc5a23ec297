import { join } from 'node:path'

const IS_COMPILED = import.meta.filename.endsWith('.js')

/** Where package.json, `repo-template` and the launcher are: a checkout, or an installed package with its `dist/`. */
export const PACKAGE_ROOT = join(import.meta.dirname, IS_COMPILED ? '../../..' : '../..')

/** The program's shell entry, which finds its own Node. */
export const LAUNCHER = join(PACKAGE_ROOT, 'src/cli/launcher.sh')
