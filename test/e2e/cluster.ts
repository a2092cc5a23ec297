import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
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
const WAIT_MS_MAX = 60_000
const COMMAND_MS_MAX = 100_000
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024
const PERSON = { name: 'Ann', email: 'ann@example.org' }

export interface CommandOutcome {
  readonly code: number
  /** Standard output alone. */
  readonly out: string
  /** Standard output and standard error. */
  readonly text: string
}

/** One cluster as its user has it: `pintle up` in a directory of its own, git, kubectl and the commands. */
export class UserCluster {
  readonly root = mkdtempSync(join(tmpdir(), 'pintle-e2e-'))
  readonly data = join(this.root, 'data')
  readonly clone = join(this.root, 'clone')
  /** What the addresses of its services begin with. */
  readonly servicePrefix = `${NETWORK}.${SECOND}.`
  process: ChildProcess | undefined
  output = ''
  readonly #anyPort: boolean
  #client: HttpClient | undefined

  /** `anyPort`: its first start takes ports that are free, not the standard ones. */
  constructor({ anyPort = true } = {}) {
    this.#anyPort = anyPort
  }

  /** Starts it; resolves once it says what to do next. */
  async up(...options: string[]): Promise<void> {
    const child = this.launch(...options)
    await this.until('what to do next', () => this.output.includes('What next') || hasEnded(child))
    if (hasEnded(child)) throw new Error(`pintle up ended with ${child.exitCode}:\n${this.output}`)
    this.#client?.close()
    const access = await loadKubeconfig(join(this.data, 'kubeconfig'))
    this.#client = createHttpClient({ access, kinds: servedKinds(), clock: systemClock, random: systemRandom })
  }

  /** Starts it and waits for nothing. */
  launch(...options: string[]): ChildProcess {
    this.output = ''
    const isFirst = this.#anyPort && !existsSync(join(this.data, 'server.json'))
    const free = ['--api-address', '127.0.0.1:0', '--http-address', '127.0.0.1:0']
    const addresses = isFirst && !options.includes('--api-address') ? free : []
    const args = ['up', '--data-dir', this.data, '--runtime', 'process', ...ownRanges(), ...addresses, ...options]
    // A session of its own: the terminal's Ctrl-C is ours to send.
    const child = spawn(process.execPath, [START, ...args], { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.root })
    this.process = child
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', chunk => {
        this.output += chunk
      })
    }
    return child
  }

  /** Ends the server; resolves with its exit code (undefined when the signal ended it) when it is gone. */
  async end(signal: NodeJS.Signals): Promise<number | undefined> {
    const child = this.process
    if (child === undefined) return undefined
    if (!hasEnded(child)) {
      const gone = new Promise(resolve => child.once('exit', resolve))
      child.kill(signal)
      await gone
    }
    return child.exitCode ?? undefined
  }

  /** Everything is stopped and removed. */
  async destroy(): Promise<void> {
    this.#client?.close()
    await this.end('SIGINT')
    await this.pintle('down', '--purge')
    rmSync(this.root, { recursive: true, force: true })
  }

  get client(): HttpClient {
    if (this.#client === undefined) throw new Error('the cluster was not started')
    return this.#client
  }

  /** Process id of the agent that the server started or took over. */
  agentPid(): number {
    return JSON.parse(readFileSync(join(this.data, 'agent/agent.json'), 'utf8')).pid
  }

  ports(): { readonly apiPort: number; readonly httpPort: number } {
    return JSON.parse(readFileSync(join(this.data, 'server.json'), 'utf8'))
  }

  pintle(...args: string[]): Promise<CommandOutcome> {
    return run(process.execPath, [START, ...args, '--data-dir', this.data], this.root)
  }

  /** In the clone, once there is one. */
  git(...args: string[]): Promise<CommandOutcome> {
    return run('git', [...PERSON_ARGUMENTS, ...args], existsSync(this.clone) ? this.clone : this.root)
  }

  kubectl(...args: string[]): Promise<CommandOutcome> {
    return this.kubectlOf(undefined, ...args)
  }

  /** Of one minor version, e.g. `1.27`. */
  kubectlOf(minor: string | undefined, ...args: string[]): Promise<CommandOutcome> {
    const binary = findKubectl(minor) ?? 'kubectl'
    return run(binary, ['--kubeconfig', join(this.data, 'kubeconfig'), ...args], this.root, { HOME: this.root })
  }

  async cloneRepository(): Promise<void> {
    const { code, text } = await this.git('clone', '--quiet', join(this.data, 'git/cluster.git'), this.clone)
    if (code !== 0) throw new Error(text)
  }

  read(path: string): string {
    return readFileSync(join(this.clone, path), 'utf8')
  }

  write(path: string, text: string | Uint8Array): void {
    writeFileSync(join(this.clone, path), text)
  }

  /** Replaces what must be there once in a file of the clone. */
  edit(path: string, from: string | RegExp, to: string): void {
    const before = this.read(path)
    const after = before.replace(from, to)
    if (after === before) throw new Error(`${path} does not have ${from}`)
    this.write(path, after)
  }

  async commit(message: string): Promise<string> {
    await this.git('add', '--all')
    const { code, text } = await this.git('commit', '--quiet', '--message', message)
    if (code !== 0) throw new Error(text)
    return (await this.git('rev-parse', 'HEAD')).out.trim()
  }

  /** Application names and phases, sorted. */
  async phases(): Promise<Record<string, string | undefined>> {
    const { items } = await this.client.list(Application)
    return Object.fromEntries(items.map(({ metadata, status }) => [metadata.name, status?.phase] as const).sort())
  }

  async allHealthy(): Promise<boolean> {
    const phases = Object.values(await this.phases())
    return phases.length > 0 && phases.every(phase => phase === 'Healthy')
  }

  async pods(namespace: string, app: string): Promise<readonly DeepReadonly<Pod>[]> {
    const { items } = await this.client.list(Pod, { namespace, labelSelector: `app=${app}` })
    return items.filter(({ metadata }) => !metadata.deletionTimestamp)
  }

  /** Container ids of running pods: another id is another process. */
  async containerIds(namespace: string, app: string): Promise<string[]> {
    const pods = await this.pods(namespace, app)
    return pods.flatMap(pod => pod.status?.containerStatuses?.map(each => each.containerID ?? '') ?? []).sort()
  }

  /** The page's address in the cluster. */
  async serviceAddress(namespace: string, name: string): Promise<string> {
    const { spec } = await this.client.get(Service, { namespace, name })
    return `http://${spec.clusterIP}:${spec.ports?.[0]?.port}/`
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

const PERSON_ARGUMENTS = ['-c', `user.name=${PERSON.name}`, '-c', `user.email=${PERSON.email}`]

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null
}

/** Clusters of test files that run side by side must not serve the same addresses. */
const NETWORK = process.getuid?.() === 0 ? 10 : 127
const SECOND = 100 + 2 * (process.pid % 70)

function ownRanges(): string[] {
  return ['--service-cidr', `${NETWORK}.${SECOND}.0.0/16`, '--cluster-cidr', `${NETWORK}.${SECOND + 1}.0.0/16`]
}

/** On the PATH, or beside what the `kubectl` link leads to; undefined when it is not there. */
export function findKubectl(minor?: string): string | undefined {
  const name = minor === undefined ? 'kubectl' : `kubectl.${minor}`
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  const links = directories.map(directory => join(directory, 'kubectl')).filter(path => existsSync(path))
  const candidates = [...directories, ...links.map(link => dirname(realpathSync(link)))]
  return candidates.map(directory => join(directory, name)).find(path => existsSync(path))
}

/** Never the blocking call: requests go on beside it. */
export function run(
  command: string,
  args: readonly string[],
  cwd: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<CommandOutcome> {
  return new Promise(resolve => {
    const options = {
      cwd,
      timeout: COMMAND_MS_MAX,
      maxBuffer: OUTPUT_BYTES_MAX,
      env: { ...process.env, ...environment },
    }
    const child = execFile(command, args, options, (error, out, err) => {
      const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
      resolve({ code, out, text: `${out}${err}${error !== null && child.pid === undefined ? error.message : ''}` })
    })
    child.stdin?.end()
  })
}
