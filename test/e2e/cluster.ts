import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Application } from '../../src/api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../src/api/object.ts'
import { servedKinds } from '../../src/cli/served-kinds.ts'
import type { HttpClient } from '../../src/client/http-client.ts'
import { createHttpClient } from '../../src/client/http-client.ts'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'

const ROOT = join(import.meta.dirname, '../..')
const START = join(ROOT, 'src/cli/start.js')
const WAIT_MS_MAX = 90_000
const PERSON = { name: 'Ann', email: 'ann@example.org' }

export interface CommandOutcome {
  readonly code: number
  /** Standard output and standard error. */
  readonly text: string
}

/** One cluster as its user has it: `pintle up` in a directory of its own, git, and the commands. */
export class UserCluster {
  readonly root = mkdtempSync(join(tmpdir(), 'pintle-e2e-'))
  readonly data = join(this.root, 'data')
  readonly clone = join(this.root, 'clone')
  process: ChildProcess | undefined
  output = ''
  #client: HttpClient | undefined

  /** Starts it; resolves once it says what to do next. */
  async up(...options: string[]): Promise<void> {
    this.output = ''
    const addresses =
      this.#client === undefined ? ['--api-address', '127.0.0.1:0', '--http-address', '127.0.0.1:0'] : []
    const args = [START, 'up', '--data-dir', this.data, '--runtime', 'process', ...addresses, ...options]
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.root })
    this.process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        this.output += chunk
      })
    }
    await this.until('what to do next', () => this.output.includes('What next') || child.exitCode !== null)
    if (child.exitCode !== null) throw new Error(`pintle up ended with ${child.exitCode}:\n${this.output}`)
    this.#client?.close()
    const access = await loadKubeconfig(join(this.data, 'kubeconfig'))
    this.#client = createHttpClient({ access, kinds: servedKinds(), clock: systemClock, random: systemRandom })
  }

  /** Ends the server; resolves when it is gone. */
  async end(signal: NodeJS.Signals): Promise<void> {
    const child = this.process
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise(resolve => child.once('exit', resolve))
    child.kill(signal)
    await gone
  }

  /** Everything is stopped and removed. */
  async destroy(): Promise<void> {
    await this.end('SIGINT')
    this.pintle('down')
    this.#client?.close()
    rmSync(this.root, { recursive: true, force: true })
  }

  get client(): HttpClient {
    if (this.#client === undefined) throw new Error('the cluster was not started')
    return this.#client
  }

  pintle(...args: string[]): CommandOutcome {
    return run(process.execPath, [START, ...args, '--data-dir', this.data], this.root)
  }

  git(...args: string[]): CommandOutcome {
    const person = ['-c', `user.name=${PERSON.name}`, '-c', `user.email=${PERSON.email}`]
    return run('git', [...person, ...args], existsSync(this.clone) ? this.clone : this.root)
  }

  cloneRepository(): void {
    execFileSync('git', ['clone', '--quiet', join(this.data, 'git/cluster.git'), this.clone])
  }

  read(path: string): string {
    return readFileSync(join(this.clone, path), 'utf8')
  }

  write(path: string, text: string): void {
    writeFileSync(join(this.clone, path), text)
  }

  commit(message: string): string {
    this.git('add', '--all')
    this.git('commit', '--quiet', '--message', message)
    return this.git('rev-parse', 'HEAD').text.trim()
  }

  /** Application names and phases, sorted. */
  async phases(): Promise<Record<string, string | undefined>> {
    const { items } = await this.client.list(Application)
    return Object.fromEntries(items.map(({ metadata, status }) => [metadata.name, status?.phase]).sort())
  }

  async pods(namespace: string, app: string): Promise<readonly DeepReadonly<Pod>[]> {
    return (await this.client.list(Pod, { namespace, labelSelector: `app=${app}` })).items
  }

  /** Container ids of running pods: another id is another process. */
  async containerIds(namespace: string, app: string): Promise<string[]> {
    const pods = await this.pods(namespace, app)
    return pods.flatMap(pod => pod.status?.containerStatuses?.map(each => each.containerID ?? '') ?? []).sort()
  }

  async until(what: string, holds: () => boolean | Promise<boolean>, timeoutMs = WAIT_MS_MAX): Promise<void> {
    const startedMs = performance.now()
    while (!(await holds())) {
      if (performance.now() - startedMs > timeoutMs) {
        throw new Error(`waited ${timeoutMs / 1000} s in vain for ${what}\n${this.output.slice(-4_000)}`)
      }
      await new Promise(resolve => setTimeout(resolve, 50))
    }
  }
}

function run(command: string, args: readonly string[], cwd: string): CommandOutcome {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 180_000 })
  return { code: status ?? 1, text: `${stdout}${stderr}` }
}
