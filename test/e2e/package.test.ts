import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import test from 'ava'

const ROOT = join(import.meta.dirname, '../..')
const run = promisify(execFile)
/** npm fetches some hundred packages, a Node among them. */
const INSTALL_MS_MAX = 300_000
const START_MS_MAX = 60_000

test.serial('a packed Pintle is installed into an empty folder and runs from there', async t => {
  t.timeout(2 * INSTALL_MS_MAX)
  const folder = mkdtempSync(join(tmpdir(), 'pintle-package-'))
  try {
    await install(folder)
    const shipped = readdirSync(join(folder, 'node_modules/pintle'), { recursive: true, encoding: 'utf8' })
    const foreign = shipped.filter(path => /\.ts$|(^|\/)test\//.test(path) && !path.startsWith('node_modules'))
    t.deepEqual(foreign, [], 'neither sources nor tests are shipped')
    const { version } = JSON.parse((await run('npm', ['pkg', 'get', '--json'], { cwd: ROOT })).stdout)
    t.is((await pintle(folder, 'version')).trim(), version)

    const up = startUp(folder)
    try {
      await up.says('What next')
      t.regex(up.output(), /npx pintle status/)
      t.regex(await pintle(folder, 'status', '--data-dir', join(folder, 'data')), /hello\s+Healthy/)
    } finally {
      await up.end()
    }
    t.is(await pintle(folder, 'down', '--purge', '--data-dir', join(folder, 'data')).then(() => 'done'), 'done')
    t.false(existsSync(join(folder, 'data')))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

async function install(folder: string): Promise<void> {
  const packed = await run('npm', ['pack', '--silent', '--pack-destination', folder], { cwd: ROOT })
  const tarball = join(folder, packed.stdout.trim().split('\n').at(-1)!)
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "allowScripts": { "node": true } }')
  const options = ['--omit=dev', '--prefer-offline', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['install', ...options, tarball], { cwd: folder, timeout: INSTALL_MS_MAX })
}

async function pintle(folder: string, ...args: string[]): Promise<string> {
  return (await run('npx', ['--no-install', 'pintle', ...args], { cwd: folder, timeout: START_MS_MAX })).stdout
}

/** `npx pintle up` as in a terminal of its own; with fake containers, because it is the package that is tried. */
function startUp(folder: string) {
  const free = ['--api-address', '127.0.0.1:0', '--http-address', '127.0.0.1:0']
  const args = ['--no-install', 'pintle', 'up', '--template', '--runtime', 'fake', '--data-dir', join(folder, 'data')]
  const child: ChildProcess = spawn('npx', [...args, ...free], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  let output = ''
  for (const stream of [child.stdout!, child.stderr!]) {
    stream.on('data', chunk => {
      output += chunk
    })
  }
  const ended = new Promise<void>(resolve => child.once('exit', () => resolve()))
  return {
    output: () => output,
    async says(text: string): Promise<void> {
      const endMs = performance.now() + START_MS_MAX
      while (!output.includes(text)) {
        if (child.exitCode !== null || performance.now() > endMs) throw new Error(`it never said "${text}":\n${output}`)
        await sleep(100)
      }
    },
    async end(): Promise<void> {
      // As Ctrl-C does: npx alone does not pass it on.
      process.kill(-child.pid!, 'SIGINT')
      await Promise.race([ended, sleep(START_MS_MAX, undefined, { ref: false })])
    },
  }
}
