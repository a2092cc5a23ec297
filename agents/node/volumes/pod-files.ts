/** A file of a volume made by the agent. */
export interface VolumeFile {
  /** Relative, without `..`. */
  readonly path: string
  readonly bytes: Uint8Array
  /** Permission bits. */
  readonly mode: number
}

/** Port: the directories in which pods find their volumes. One implementation is the disk, another one a memory. */
export interface PodFiles {
  /** An empty directory that stays for the pod's life; `memoryBytes`: in memory where the machine can. */
  ensureEmptyDirectory(uid: string, volume: string, options: EmptyDirectoryOptions): Promise<string>
  /**
   * A directory that shows exactly these files. A change is seen at once and as a whole: readers find the old set or the
   * new one (`..data` is a link that is renamed over). Nothing is written when nothing changed. Throws RuntimeError
   * FailedMount when the files cannot be together.
   */
  writeFiles(uid: string, volume: string, files: readonly VolumeFile[], options: WriteOptions): Promise<string>
  /** Checks, or makes, a path of the machine. Throws RuntimeError naming the path and the rule (`Directory`, ...). */
  ensureHostPath(path: string, type: string): Promise<void>
  /** The real path below a volume's directory; made when missing, as a directory like the volume. Never leads out of it. */
  resolveSubPath(directory: string, subPath: string): Promise<string>
  /** Removes what this pod has. Harmless when there is nothing. */
  remove(uid: string): Promise<void>
  /** UIDs of the pods that have anything here. */
  list(): Promise<readonly string[]>
}

export interface EmptyDirectoryOptions extends VolumeOwner {
  readonly inMemory: boolean
  readonly bytesMax: number | undefined
}

export interface WriteOptions extends VolumeOwner {
  /** Something of a Secret is in it: off the disk where the machine can. */
  readonly isSecret: boolean
}

export interface VolumeOwner {
  /** The pod's fsGroup: files belong to it and it may read them. */
  readonly group: number | undefined
}
