import { RuntimeError } from '../runtime-driver.ts'
import type { EmptyDirectoryOptions, PodFiles, VolumeFile } from './pod-files.ts'

/** Volumes that only seem to be: for the simulator and tests. Keep it beside the fake driver: it survives its agent. */
export class MemoryPodFiles implements PodFiles {
  readonly volumes = new Map<string, Map<string, readonly VolumeFile[]>>()

  async ensureEmptyDirectory(uid: string, volume: string, _options: EmptyDirectoryOptions): Promise<string> {
    const files = this.#of(uid)
    if (!files.has(volume)) files.set(volume, [])
    return `/volumes/${uid}/${volume}`
  }

  async writeFiles(uid: string, volume: string, files: readonly VolumeFile[]): Promise<string> {
    this.#of(uid).set(volume, files)
    return `/volumes/${uid}/${volume}`
  }

  async ensureHostPath(path: string, _type: string): Promise<void> {
    if (!path.startsWith('/')) throw new RuntimeError('FailedMount', `hostPath ${path} is not absolute`)
  }

  async resolveSubPath(directory: string, subPath: string): Promise<string> {
    return `${directory}/${subPath}`
  }

  async remove(uid: string): Promise<void> {
    this.volumes.delete(uid)
  }

  async list(): Promise<readonly string[]> {
    return [...this.volumes.keys()]
  }

  #of(uid: string): Map<string, readonly VolumeFile[]> {
    const known = this.volumes.get(uid) ?? new Map()
    this.volumes.set(uid, known)
    return known
  }
}
