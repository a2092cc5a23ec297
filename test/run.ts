import { spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * `npm test`: makes sure that what the tests need is there, then runs them all. As root, missing tools come from
 * Debian's packages; elsewhere the tests that need them say that they were skipped, and why.
 */
const root = join(import.meta.dirname, '..')

const TOOLS = [
  { command: 'git', debianPackage: 'git', needed: 'everything' },
  {
    command: 'strace',
    debianPackage: 'strace',
    needed: 'the proof that writes are synced before they are acknowledged',
  },
  { command: 'ip', debianPackage: 'iproute2', needed: 'pods with network namespaces of their own' },
  { command: 'unshare', debianPackage: 'util-linux', needed: 'isolated pods' },
]

function isInstalled(command: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${command}`]).status === 0
}

function installMissingTools(): void {
  const missing = TOOLS.filter(({ command }) => !isInstalled(command))
  if (missing.length === 0) return
  const packages = missing.map(({ debianPackage }) => debianPackage)
  if (process.getuid?.() === 0 && isInstalled('apt-get')) {
    console.log(`Installing ${packages.join(', ')} ...`)
    spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore' })
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { stdio: 'ignore' })
  }
  for (const { command, needed } of missing) {
    if (!isInstalled(command)) console.log(`Not installed: ${command}. Skipped because of it: ${needed}.`)
  }
}

/** Runs ava, passes its output on, and returns its exit code and its counts. */
async function runAva(args: readonly string[]): Promise<{ code: number; passed: number; failed: number }> {
  const ava = join(root, 'node_modules/ava/entrypoints/cli.js')
  const child = spawn(process.execPath, [ava, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'), ...process.env, FORCE_COLOR: '0' },
  })
  let passed = 0
  let failed = 0
  child.stdout.on('data', (chunk: Buffer) => {
    process.stdout.write(chunk)
    for (const line of chunk.toString().split('\n')) {
      if (/^\s*✔ /.test(line)) passed += 1
      else if (/^\s*✘ /.test(line)) failed += 1
    }
  })
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? 1)))
  return { code, passed, failed }
}

if (!existsSync(join(root, 'src/api/generated'))) throw new Error('generated data is missing; run: npm run generate')
installMissingTools()
const { code, passed, failed } = await runAva(process.argv.slice(2))
console.log(`${passed} passed, ${Math.max(failed, code === 0 ? 0 : 1)} failed`)
process.exitCode = code
