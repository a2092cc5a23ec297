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
import { dirname, join, sep } from 'node:path'
import { isMountPoint, unmountBelow } from '../../host/mount-table.ts'
import { runCommand, tryCommand } from '../../host/run-command.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { EmptyDirectoryOptions, PodFiles, VolumeFile, VolumeOwner } from './pod-files.ts'

/** Volumes on this machine's disk, below `directory/<pod uid>/<volume>`. */
export class SystemPodFiles implements PodFiles {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  async ensureEmptyDirectory(uid: string, volume: string, options: EmptyDirectoryOptions): Promise<string> {
    const path = this.#make(uid, volume)
    if (options.inMemory && isRoot() && !isMountPoint(path)) {
      const size = options.bytesMax === undefined ? [] : [`size=${options.bytesMax}`]
      await runCommand(['mount', '-t', 'tmpfs', '-o', ['mode=777', ...size].join(','), 'tmpfs', path])
    }
    chmodSync(path, 0o777)
    own(path, options, 0o2777)
    return path
  }

  async writeFiles(uid: string, volume: string, files: readonly VolumeFile[], owner: VolumeOwner): Promise<string> {
    const path = this.#make(uid, volume)
    chmodSync(path, 0o755)
    const version = `..${hashOf(files)}`
    const data = join(path, '..data')
    if (readLink(data) === version) return path
    const before = readLink(data)
    rmSync(join(path, version), { recursive: true, force: true })
    mkdirSync(join(path, version), { mode: 0o755 })
    for (const file of files) writeOne(join(path, version), file, owner)
    rmSync(`${data}_tmp`, { force: true })
    symlinkSync(version, `${data}_tmp`)
    renameSync(`${data}_tmp`, data)
    showFiles(path, files)
    if (before !== undefined) rmSync(join(path, before), { recursive: true, force: true })
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
      inside(directory, nearestExisting(wanted), subPath)
      mkdirSync(wanted, { recursive: true, mode: 0o777 })
    }
    return inside(directory, wanted, subPath)
  }

  async remove(uid: string): Promise<void> {
    const path = join(this.#directory, uid)
    if (!existsSync(path)) return
    await unmountBelow(path)
    try {
      rmSync(path, { recursive: true, force: true })
    } catch {
      await tryCommand(['chmod', '-R', 'u+rwX', path], { timeoutMs: 60_000 })
      rmSync(path, { recursive: true, force: true })
    }
  }

  async list(): Promise<readonly string[]> {
    return existsSync(this.#directory) ? readdirSync(this.#directory) : []
  }

  #make(uid: string, volume: string): string {
    const path = join(this.#directory, uid, volume)
    mkdirSync(path, { recursive: true, mode: 0o755 })
    return path
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

function writeOne(directory: string, file: VolumeFile, owner: VolumeOwner): void {
  const path = join(directory, file.path)
  mkdirSync(dirname(path), { recursive: true, mode: 0o755 })
  writeFileSync(path, file.bytes)
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
