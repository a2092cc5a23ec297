import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = join(import.meta.dirname, '../..')
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
  const out = join(directory, 'dist')
  const config = {
    extends: join(ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      rootDir: ROOT,
      outDir: out,
      typeRoots: [join(ROOT, 'node_modules/@types')],
    },
    include: [join(ROOT, 'src'), join(ROOT, 'agents')],
  }
  writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(config))
  execFileSync(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), '-p', directory], { stdio: 'inherit' })
  mkdirSync(join(out, 'src/git/hooks'), { recursive: true })
  cpSync(join(ROOT, 'src/git/hooks'), join(out, 'src/git/hooks'), { recursive: true })
  cpSync(join(ROOT, 'src/cli/start.js'), join(out, 'src/cli/start.js'))
  cpSync(join(ROOT, 'package.json'), join(directory, 'package.json'))
  symlinkSync(join(ROOT, 'node_modules'), join(directory, 'node_modules'))
  return join(out, 'src/cli/start.js')
}
