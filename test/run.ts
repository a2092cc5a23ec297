import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/**
 * `npm test`: makes sure that what the tests need is there, then runs them all; `npm test -- test/store` runs some. As
 * root, missing tools come from Debian's packages; elsewhere the tests that need them are counted as skipped. Every test
 * works in one temporary directory, and what stays there, files or processes, is a failure.
 */
const root = join(import.meta.dirname, '..')
const temporary = mkdtempSync(join(tmpdir(), 'pintle-test-'))

const TOOLS = [
  { command: 'git', debianPackage: 'git', needed: 'everything' },
  {
    command: 'strace',
    debianPackage: 'strace',
    needed: 'the proofs that writes are synced before they are acknowledged',
  },
  { command: 'ip', debianPackage: 'iproute2', needed: 'pods with network namespaces of their own' },
  { command: 'unshare', debianPackage: 'util-linux', needed: 'isolated pods' },
  { command: 'nft', debianPackage: 'nftables', needed: 'the way of pods to the outside, services in the kernel' },
  { command: 'conntrack', debianPackage: 'conntrack', needed: 'services in the kernel' },
  { command: 'dockerd', debianPackage: 'docker.io', needed: 'pods on Docker' },
  { command: 'busybox', debianPackage: 'busybox-static', needed: 'images for pods on Docker' },
  { command: 'etcd', debianPackage: 'etcd-server', needed: 'the store on etcd' },
]

/** Clusters on one machine disturb each other's addresses and timing: one at a time, and nothing beside them. */
const ONE_AT_A_TIME = 'test/e2e/**/*.test.ts'

interface Counts {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
}

/** What npm puts in front of PATH does not count: one of its packages brings another `nft`. */
function isInstalled(command: string): boolean {
  const path = (process.env['PATH'] ?? '').split(':').filter(each => !each.includes('node_modules'))
  return spawnSync('sh', ['-c', `command -v ${command}`], { env: { PATH: path.join(':') } }).status === 0
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

/** Runs ava and passes its output on. A run that ends badly without a failed test counts as one. */
async function runAva(args: readonly string[]): Promise<Counts> {
  const ava = join(root, 'node_modules/ava/entrypoints/cli.js')
  const child = spawn(process.execPath, [ava, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compile'),
      ...process.env,
      FORCE_COLOR: '0',
      TMPDIR: temporary,
    },
  })
  const counts = { passed: 0, failed: 0, skipped: 0 }
  // Counted as they end: ava's summary leaves out what passed when something failed.
  createInterface({ input: child.stdout }).on('line', line => {
    console.log(line)
    if (/^\s*✔ /.test(line)) counts.passed += 1
    else if (/^\s*✘ /.test(line)) counts.failed += 1
    else if (/^\s*- \[skip\]/.test(line)) counts.skipped += 1
  })
  const code = await new Promise<number>(resolve => child.on('close', status => resolve(status ?? 1)))
  return code === 0 ? counts : { ...counts, failed: Math.max(1, counts.failed) }
}

/** What the tests did not clear away; it is cleared away here. */
function clearLeftovers(): readonly string[] {
  const processes = processesBelow(temporary)
  for (const { pid } of processes) {
    try {
      process.kill(pid, 'SIGKILL')
    } catch {
      // Ended by itself.
    }
  }
  const files = readdirSync(temporary)
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })
  return [...processes.map(({ pid, command }) => `process ${pid}: ${command}`), ...files.map(name => `file ${name}`)]
}

/** Processes whose arguments or working directory name the directory. Linux only; elsewhere none is found. */
function processesBelow(directory: string): readonly { readonly pid: number; readonly command: string }[] {
  if (!existsSync('/proc/self')) return []
  return readdirSync('/proc')
    .map(Number)
    .filter(pid => pid > 0 && pid !== process.pid)
    .flatMap(pid => {
      try {
        const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim()
        const isBelow = command.includes(directory) || readlinkSync(`/proc/${pid}/cwd`).startsWith(directory)
        return isBelow ? [{ pid, command }] : []
      } catch {
        return []
      }
    })
}

if (!existsSync(join(root, 'src/api/generated'))) throw new Error('generated data is missing; run: npm run generate')
installMissingTools()
const chosen = process.argv.slice(2)
const runs =
  chosen.length > 0
    ? [chosen]
    : [
        [`!${ONE_AT_A_TIME}`, 'test/**/*.test.ts'],
        ['--serial', '--concurrency=1', ONE_AT_A_TIME],
      ]
const total = { passed: 0, failed: 0, skipped: 0 }
for (const args of runs) {
  const { passed, failed, skipped } = await runAva(args)
  total.passed += passed
  total.failed += failed
  total.skipped += skipped
}
const leftovers = clearLeftovers()
if (leftovers.length > 0) {
  total.failed += 1
  console.log(`The tests left behind:\n${leftovers.map(each => `  ${each}`).join('\n')}`)
}
console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
process.exitCode = total.failed === 0 ? 0 : 1
