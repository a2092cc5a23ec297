import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const READY_MS_MAX = 30_000
const STOP_MS_MAX = 20_000

/** Why this machine cannot run an engine for tests; undefined when it can. */
export function whyNoEngine(): string | undefined {
  if (process.getuid?.() !== 0) return 'a Docker engine of its own needs root'
  for (const command of ['dockerd', 'busybox'])
    if (spawnSync('sh', ['-c', `command -v ${command}`]).status !== 0) return `${command} is not installed`
  return undefined
}

/** A Docker engine of the test's own, with an image of busybox; it touches none of the machine's networks. */
export class TestEngine {
  readonly #root = mkdtempSync(join(tmpdir(), 'pintle-engine-'))
  readonly socketPath = join(this.#root, 'engine.sock')
  #process: ChildProcess | undefined

  async start(...more: readonly string[]): Promise<void> {
    // One that was killed leaves it.
    rmSync(join(this.#root, 'pid'), { force: true })
    const args = ['data-root', 'exec-root'].map(name => `--${name}=${join(this.#root, name)}`)
    const quiet = ['--bridge=none', '--iptables=false', '--ip-masq=false', '--ip-forward=false', '--log-level=error']
    const where = ['-H', `unix://${this.socketPath}`, '--pidfile', join(this.#root, 'pid')]
    this.#process = spawn('dockerd', [...args, ...quiet, ...where, ...more], { stdio: 'ignore' })
    const endMs = performance.now() + READY_MS_MAX
    while (spawnSync('docker', ['-H', `unix://${this.socketPath}`, 'version'], { stdio: 'ignore' }).status !== 0) {
      if (performance.now() > endMs) throw new Error('dockerd does not answer')
      await sleep(100)
    }
  }

  /** As a power cut would, or an upgrade. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL')
    await this.#killContainerd()
  }

  importBusybox(...names: readonly string[]): void {
    const tree = join(this.#root, 'busybox')
    if (!existsSync(tree)) {
      for (const each of ['bin', 'etc', 'tmp']) mkdirSync(join(tree, each), { recursive: true })
      execFileSync('sh', ['-c', 'cp "$(command -v busybox)" "$0/bin/busybox"', tree])
      execFileSync('chroot', [tree, '/bin/busybox', '--install', '-s', '/bin'])
    }
    for (const name of names)
      execFileSync(
        'sh',
        ['-c', 'tar -C "$0" -c . | docker -H "$1" import - "$2"', tree, `unix://${this.socketPath}`, name],
        { stdio: 'ignore' },
      )
  }

  docker(...args: readonly string[]): string {
    return execFileSync('docker', ['-H', `unix://${this.socketPath}`, ...args], { encoding: 'utf8' })
  }

  async stop(): Promise<void> {
    try {
      const all = this.docker('ps', '-aq').split('\n').filter(Boolean)
      if (all.length > 0) this.docker('rm', '-f', ...all)
    } catch {
      // An engine that was killed has nothing to remove.
    }
    await this.#end('SIGTERM')
    await this.#killContainerd()
    spawnSync('sh', ['-c', 'grep " $0/" /proc/mounts | cut -d" " -f2 | sort -r | xargs -r umount -l', this.#root])
    rmSync(this.#root, { recursive: true, force: true })
  }

  async #end(signal: NodeJS.Signals): Promise<void> {
    const child = this.#process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await Promise.race([gone, sleep(STOP_MS_MAX)])
  }

  /** A killed engine leaves it; the next one must not meet it dying. */
  async #killContainerd(): Promise<void> {
    const path = join(this.#root, 'exec-root/containerd/containerd.pid')
    if (!existsSync(path)) return
    const pid = Number(readFileSync(path, 'utf8'))
    const endMs = performance.now() + STOP_MS_MAX
    while (performance.now() < endMs) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        break
      }
      await sleep(50)
    }
    rmSync(path, { force: true })
  }
}
