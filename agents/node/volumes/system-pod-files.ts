import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { isMountPoint, unmountBelow } from '../../host/mount-table.ts'
import { runCommand, tryCommand } from '../../host/run-command.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { EmptyDirectoryOptions, PodFiles, VolumeFile, VolumeOwner, WriteOptions } from './pod-files.ts'

/**
 * Volumes on this machine's disk, below `directory/<pod uid>/<volume>`; those with something of a Secret below
 * `secretDirectory`, which may be in memory.
 */
export class SystemPodFiles implements PodFiles {
  readonly #directory: string
  readonly #secretDirectory: string

  constructor(directory: string, secretDirectory = directory) {
    this.#directory = directory
    this.#secretDirectory = secretDirectory
  }

  async ensureEmptyDirectory(uid: string, volume: string, options: EmptyDirectoryOptions): Promise<string> {
    const path = make(this.#directory, uid, volume)
    if (options.inMemory && isRoot() && !isMountPoint(path)) {
      const size = options.bytesMax === undefined ? [] : [`size=${options.bytesMax}`]
      await runCommand(['mount', '-t', 'tmpfs', '-o', ['mode=777', ...size].join(','), 'tmpfs', path])
    }
    chmodSync(path, 0o777)
    own(path, options, 0o2777)
    return path
  }

  async writeFiles(uid: string, volume: string, files: readonly VolumeFile[], options: WriteOptions): Promise<string> {
    const path = make(options.isSecret ? this.#secretDirectory : this.#directory, uid, volume)
    chmodSync(path, 0o755)
    const version = `..${hashOf(files)}`
    if (readLink(join(path, '..data')) !== version) {
      writeVersion(join(path, version), files, options)
      showVersion(path, version)
    }
    showFiles(path, files)
    removeOldVersions(path, version)
    return path
  }

  async ensureHostPath(path: string, type: string): Promise<void> {
    if (type === 'DirectoryOrCreate' && !existsSync(path)) mkdirSync(path, { recursive: true, mode: 0o755 })
    if (type === 'FileOrCreate' && !existsSync(path)) {
      if (!existsSync(dirname(path))) throw failed(`hostPath ${path}: its directory does not exist`)
      writeFileSync(path, '', { mode: 0o644 })
    }
    const stat = statSync(path, { throwIfNoEntry: false })
    if (stat === undefined) throw failed(`hostPath type check failed: ${path} does not exist`)
    const is = CHECKS[type as keyof typeof CHECKS]
    if (is !== undefined && !is(stat))
      throw failed(`hostPath type check failed: ${path} is not a ${type.replace('OrCreate', '')}`)
  }

  async resolveSubPath(directory: string, subPath: string): Promise<string> {
    const wanted = join(directory, subPath)
    if (!existsSync(wanted)) {
      // Nothing on the way may be a link out of the volume.
      const real = inside(directory, nearestExisting(wanted), subPath)
      makeAlike(directory, join(real, relative(nearestExisting(wanted), wanted)))
    }
    return inside(directory, wanted, subPath)
  }

  async remove(uid: string): Promise<void> {
    for (const directory of this.#directories) await removeMounted(join(directory, uid))
  }

  async list(): Promise<readonly string[]> {
    return [...new Set(this.#directories.flatMap(each => (existsSync(each) ? readdirSync(each) : [])))]
  }

  get #directories(): string[] {
    return [...new Set([this.#directory, this.#secretDirectory])]
  }
}

function make(directory: string, uid: string, volume: string): string {
  const path = join(directory, uid, volume)
  mkdirSync(path, { recursive: true, mode: 0o755 })
  return path
}

async function removeMounted(path: string): Promise<void> {
  if (!existsSync(path)) return
  await unmountBelow(path)
  try {
    rmSync(path, { recursive: true, force: true })
  } catch {
    await tryCommand(['chmod', '-R', 'u+rwX', path], { timeoutMs: 60_000 })
    rmSync(path, { recursive: true, force: true })
  }
}

const CHECKS = {
  Directory: (stat: ReturnType<typeof statSync> & object) => stat.isDirectory(),
  DirectoryOrCreate: (stat: ReturnType<typeof statSync> & object) => stat.isDirectory(),
  File: (stat: ReturnType<typeof statSync> & object) => stat.isFile(),
  FileOrCreate: (stat: ReturnType<typeof statSync> & object) => stat.isFile(),
  Socket: (stat: ReturnType<typeof statSync> & object) => stat.isSocket(),
  CharDevice: (stat: ReturnType<typeof statSync> & object) => stat.isCharacterDevice(),
  BlockDevice: (stat: ReturnType<typeof statSync> & object) => stat.isBlockDevice(),
}

function writeVersion(directory: string, files: readonly VolumeFile[], owner: VolumeOwner): void {
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory, { mode: 0o755 })
  for (const file of files) writeOne(directory, file, owner)
}

function showVersion(path: string, version: string): void {
  const data = join(path, '..data')
  rmSync(`${data}_tmp`, { force: true })
  symlinkSync(version, `${data}_tmp`)
  renameSync(`${data}_tmp`, data)
}

/** Also those that a crash left half written. */
function removeOldVersions(path: string, version: string): void {
  for (const name of readdirSync(path)) {
    if (name.startsWith('..') && name !== '..data' && name !== version)
      rmSync(join(path, name), { recursive: true, force: true })
  }
}

function writeOne(directory: string, file: VolumeFile, owner: VolumeOwner): void {
  const path = join(directory, file.path)
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
    // Nobody else may read it before it has its mode.
    writeFileSync(path, file.bytes, { mode: 0o600 })
  } catch (error) {
    throw failed(`${file.path} cannot be written: ${(error as Error).message}`)
  }
  chmodSync(path, owner.group === undefined ? file.mode : file.mode | 0o040)
  own(path, owner)
}

/** Links to `..data/<name>` for what is there, none for what is not any more. */
function showFiles(path: string, files: readonly VolumeFile[]): void {
  const names = new Set(files.map(file => file.path.split('/')[0]!))
  for (const name of readdirSync(path)) {
    if (!name.startsWith('..') && !names.has(name)) rmSync(join(path, name), { recursive: true, force: true })
  }
  for (const name of names) {
    if (readLink(join(path, name)) === undefined) symlinkSync(join('..data', name), join(path, name))
  }
}

function own(path: string, { group }: VolumeOwner, mode?: number): void {
  if (group === undefined || !isRoot()) return
  chownSync(path, 0, group)
  if (mode !== undefined) chmodSync(path, mode)
}

function hashOf(files: readonly VolumeFile[]): string {
  const hash = createHash('sha256')
  for (const file of [...files].sort((a, b) => (a.path < b.path ? -1 : 1))) {
    hash.update(`${file.path}\0${file.mode}\0${file.bytes.byteLength}\0`).update(file.bytes)
  }
  return hash.digest('hex').slice(0, 16)
}

function readLink(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** Each new directory has the mode of the volume: a container of any user may use it as it may use the volume. */
function makeAlike(volume: string, path: string): void {
  const { mode, gid } = statSync(volume)
  const first = mkdirSync(path, { recursive: true })
  for (let each = path; first !== undefined && each.length >= first.length; each = dirname(each)) {
    chmodSync(each, mode & 0o7777)
    own(each, { group: isRoot() ? gid : undefined })
  }
}

function nearestExisting(path: string): string {
  let each = path
  while (!existsSync(each)) each = dirname(each)
  return each
}

function inside(directory: string, path: string, subPath: string): string {
  const root = realpathSync(directory)
  const real = realpathSync(path)
  if (real !== root && !real.startsWith(root + sep)) throw failed(`subPath ${subPath} leads out of its volume`)
  return real
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}

function failed(message: string): RuntimeError {
  return new RuntimeError('FailedMount', message)
}
