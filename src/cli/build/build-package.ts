import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PACKAGE_ROOT } from '../package-root.ts'

/** Plain JavaScript that is run by its path: the compiler leaves it alone. */
const COPIED = ['src/cli/start.js', 'src/git/hooks']
/** What only a checkout needs. */
const LEFT_OUT = ['src/cli/build', 'src/cli/generate']

/** Compiles the program into `out`: JavaScript and data, as an installed package has it. Replaces what is there. */
export function buildPackage(out: string): void {
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out, { recursive: true })
  const directory = mkdtempSync(join(tmpdir(), 'pintle-build-'))
  try {
    writeFileSync(join(directory, 'tsconfig.json'), JSON.stringify(compilerConfiguration(out)))
    const compiler = join(PACKAGE_ROOT, 'node_modules/typescript/bin/tsc')
    execFileSync(process.execPath, [compiler, '-p', directory], { stdio: 'inherit' })
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
  for (const path of COPIED) cpSync(join(PACKAGE_ROOT, path), join(out, path), { recursive: true })
}

/** Types are checked by `npm run check`, not here. */
function compilerConfiguration(out: string) {
  return {
    extends: join(PACKAGE_ROOT, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      noCheck: true,
      removeComments: true,
      rootDir: PACKAGE_ROOT,
      outDir: out,
      typeRoots: [join(PACKAGE_ROOT, 'node_modules/@types')],
    },
    include: ['src', 'agents'].map(folder => join(PACKAGE_ROOT, folder)),
    exclude: LEFT_OUT.map(folder => join(PACKAGE_ROOT, folder)),
  }
}
