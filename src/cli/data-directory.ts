import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { PACKAGE_ROOT } from './package-root.ts'
import { isRunning, startTimeOf } from './server-process.ts'
import { UsageError } from './usage-error.ts'

/** Where everything of one server lives: the paths of the design, by name. */
export class DataDirectory {
  readonly path: string

  constructor(path: string) {
    this.path = resolve(path)
  }

  readonly kubeconfig = () => join(this.path, 'kubeconfig')
  readonly repository = () => join(this.path, 'git', 'cluster.git')
  readonly pushesLog = () => join(this.path, 'git', 'pushes.log')
  readonly hooks = () => join(this.path, 'git', 'hooks')
  readonly store = () => join(this.path, 'store')
  readonly eventStore = () => join(this.path, 'store', 'events')
  readonly pki = () => join(this.path, 'pki')
  /** Hashes of bearer tokens. */
  readonly tokens = () => join(this.path, 'pki', 'tokens.json')
  readonly agent = () => join(this.path, 'agent')
  readonly nodeKubeconfig = (nodeName: string) => join(this.path, 'agent', `${nodeName}.kubeconfig`)
  readonly socket = () => join(this.path, 'pintle.sock')
  readonly ready = () => join(this.path, 'ready')
  readonly serverState = () => join(this.path, 'server.json')

  /** Makes it (0700) when missing; refuses one that belongs to somebody else. */
  prepare(): void {
    if (Buffer.byteLength(this.socket()) > SOCKET_PATH_BYTES_MAX) {
      const most = SOCKET_PATH_BYTES_MAX - Buffer.byteLength('/pintle.sock')
      throw new UsageError(
        `the data directory ${this.path} has too long a name: a socket in it could not be opened. Choose one of at most ${most} bytes with --data-dir`,
      )
    }
    try {
      makeDirectories(this.path)
      const { uid } = statSync(this.path)
      const self = process.getuid?.()
      if (self !== undefined && uid !== self) {
        const remedy = 'choose another with --data-dir'
        throw new UsageError(
          `the data directory ${this.path} belongs to user id ${uid}, not to you (${self}): ${remedy}`,
        )
      }
      chmodSync(this.path, 0o700)
      for (const each of ['git', 'store', 'store/events', 'pki', 'agent']) {
        mkdirSync(join(this.path, each), { recursive: true, mode: 0o700 })
      }
    } catch (error) {
      if (error instanceof UsageError) throw error
      throw new UsageError(explainFileTrouble(this.path, error as NodeJS.ErrnoException))
    }
  }

  /** Held by the kernel as long as this process lives: one server per data directory, whatever happens to it. */
  lock(): { release(): void } {
    const database = new DatabaseSync(join(this.path, 'lock'))
    try {
      database.exec('PRAGMA busy_timeout=0; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE')
    } catch (error) {
      database.close()
      const { errcode } = error as { errcode?: number }
      if (errcode !== SQLITE_BUSY) throw new UsageError(explainFileTrouble(this.path, databaseTrouble(error as Error)))
      const pid = this.readServerState()?.pid
      const owner = pid === undefined ? 'another server' : `a server with process id ${pid}`
      throw new UsageError(
        `the data directory ${this.path} is in use by ${owner}. Stop it with 'pintle down', or choose another directory with --data-dir`,
      )
    }
    return { release: () => database.close() }
  }

  readServerState(): ServerState | undefined {
    try {
      return JSON.parse(readFileSync(this.serverState(), 'utf8')) as ServerState
    } catch {
      return undefined
    }
  }

  writeServerState(state: ServerState): void {
    writeFileAtomically(this.serverState(), `${JSON.stringify(state, undefined, 2)}\n`)
  }

  /** Names this process as the server, and says that it answers. */
  setReady(): void {
    const startTime = startTimeOf(process.pid)
    const self = { pid: process.pid, ...(startTime !== undefined && { startTime }) }
    this.writeServerState({ ...this.readServerState(), ...self })
    writeFileSync(this.ready(), '', { mode: 0o600 })
  }

  clearReady(): void {
    rmSync(this.ready(), { force: true })
  }

  /** The server has ended; its ports and ranges are kept for the next one. */
  forgetServer(): void {
    const { pid: _, startTime: __, ...kept } = this.readServerState() ?? {}
    this.writeServerState(kept)
  }

  /** False also when the server died without a word: its file is still there then, its process is not. */
  isReady(): boolean {
    const { pid, startTime } = this.readServerState() ?? {}
    if (!existsSync(this.ready()) || pid === undefined || !isRunning(pid)) return false
    return startTime === undefined || startTimeOf(pid) === startTime
  }
}

const SQLITE_BUSY = 5
const SQLITE_FULL = 13
const SQLITE_READONLY = 8

/** What SQLite says of a file system, as the file system itself says it. */
function databaseTrouble(error: Error & { errcode?: number }): NodeJS.ErrnoException {
  const code = { [SQLITE_FULL]: 'ENOSPC', [SQLITE_READONLY]: 'EROFS' }[(error.errcode ?? 0) & 0xff]
  return Object.assign(new Error(error.message), code !== undefined && { code })
}

/** Node's own `recursive` never ends where a file system answers ENOENT to making something, as /proc does. */
function makeDirectories(path: string): void {
  if (existsSync(path) && statSync(path).isDirectory()) return
  if (dirname(path) !== path) makeDirectories(dirname(path))
  mkdirSync(path, { mode: 0o700 })
}

/** What the kernel takes as the address of a Unix socket, its closing zero left out. */
const SOCKET_PATH_BYTES_MAX = 103

/** What a server says of itself in its data directory. Ports and ranges stay after it ended: they are kept. */
export interface ServerState {
  readonly pid?: number
  /** Clock ticks since boot when it started: a process id is given out again, both together are not. */
  readonly startTime?: string
  /** What it listens on; `0.0.0.0` = every address of the machine. */
  readonly apiHost?: string
  readonly apiPort?: number
  readonly httpPort?: number
  readonly serviceCidr?: string
  readonly clusterCidr?: string
}

/** `--data-dir`, `PINTLE_DATA_DIR`, the checkout's own, the clone's server's, or the user's. */
export function findDataDirectory(given: string | undefined): DataDirectory {
  if (given === '') throw new UsageError('--data-dir is empty: name a directory, or leave the option out')
  const explicit = given ?? process.env['PINTLE_DATA_DIR']
  if (explicit) return new DataDirectory(explicit)
  const checkout = checkoutRoot()
  if (checkout !== undefined) return new DataDirectory(join(checkout, '.pintle'))
  if (process.getuid?.() === 0) return new DataDirectory('/var/lib/pintle')
  const base = process.env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share')
  return new DataDirectory(join(base, 'pintle'))
}

/** The root of the checkout this program runs from; undefined for an installed package. */
export function checkoutRoot(): string | undefined {
  const isCheckout = existsSync(join(PACKAGE_ROOT, '.git')) && !PACKAGE_ROOT.includes('/node_modules/')
  return isCheckout ? PACKAGE_ROOT : undefined
}

export function writeFileAtomically(path: string, content: string, mode = 0o600): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const temporary = `${path}.${process.pid}.tmp`
  writeFileSync(temporary, content, { mode, flush: true })
  renameSync(temporary, path)
}

function explainFileTrouble(path: string, error: NodeJS.ErrnoException): string {
  const remedy = 'choose another with --data-dir'
  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
      return `the data directory ${path} cannot be written by you: ${remedy}`
    case 'ENOSPC':
      return `there is no space left for the data directory ${path}: free some, or ${remedy}`
    case 'EROFS':
      return `the data directory ${path} is on a read-only file system: ${remedy}`
    case 'ENOENT':
      return `the data directory ${path} cannot be made there: ${remedy}`
    case 'ENOTDIR':
    case 'EEXIST':
      return `${path} is not a directory: ${remedy}`
    default:
      return `the data directory ${path} cannot be used (${error.message}): ${remedy}`
  }
}
