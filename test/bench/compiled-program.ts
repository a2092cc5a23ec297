import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildPackage } from '../../src/cli/build/build-package.ts'
import { PACKAGE_ROOT } from '../../src/cli/package-root.ts'

let start: string | undefined

/**
 * The program as users run it, compiled to JavaScript: stripping types costs start-up time and memory that no
 * installation pays. Compiled once a run, into a directory that goes with it. Returns the path of its first module.
 */
export function compiledProgram(): string {
  start ??= compile()
  return start
}

function compile(): string {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-bench-program-'))
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }))
  buildPackage(join(directory, 'dist'))
  for (const path of ['package.json', 'repo-template', 'src/cli/launcher.sh'])
    cpSync(join(PACKAGE_ROOT, path), join(directory, path), { recursive: true })
  symlinkSync(join(PACKAGE_ROOT, 'node_modules'), join(directory, 'node_modules'))
  return join(directory, 'dist/src/cli/start.js')
}
