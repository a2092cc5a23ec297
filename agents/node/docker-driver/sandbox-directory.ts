import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Mount, SandboxConfig } from '../runtime-driver.ts'

/**
 * A pod's directory on the node: its `manifest.json`, the `hosts` and `resolv.conf` bound into its containers, and
 * `termination/<container>.<attempt>`, which they write their last words to.
 */
export class SandboxDirectory {
  readonly #path: string

  constructor(root: string, uid: string) {
    this.#path = join(root, uid)
  }

  static list(root: string): readonly string[] {
    return existsSync(root) ? readdirSync(root) : []
  }

  write({ manifest, hostsFile, dnsResolvConf }: SandboxConfig): void {
    mkdirSync(join(this.#path, 'termination'), { recursive: true, mode: 0o711 })
    this.#write('hosts', hostsFile, 0o644)
    this.#write('resolv.conf', dnsResolvConf, 0o644)
    this.#write('manifest.json', manifest, 0o600)
  }

  readManifest(): string | undefined {
    return this.#read('manifest.json')
  }

  /** Written in place: containers hold the file itself, not its name. */
  updateHosts(content: string): void {
    writeFileSync(join(this.#path, 'hosts'), content)
  }

  /** Files bound over the container's own, where they have content. */
  boundFiles(): readonly Mount[] {
    return (['hosts', 'resolv.conf'] as const)
      .filter(name => (this.#read(name) ?? '') !== '')
      .map(name => bind(join(this.#path, name), `/etc/${name}`))
  }

  /** An empty file that the container writes its last words to. */
  terminationFile(container: string, attempt: number, containerPath: string): Mount {
    const path = join(this.#path, 'termination', `${container}.${attempt}`)
    writeFileSync(path, '')
    chmodSync(path, 0o666)
    return bind(path, containerPath)
  }

  readTermination(container: string, attempt: number, bytesMax: number): string | undefined {
    return this.#read(join('termination', `${container}.${attempt}`))?.slice(0, bytesMax) || undefined
  }

  remove(): void {
    rmSync(this.#path, { recursive: true, force: true })
  }

  #read(name: string): string | undefined {
    try {
      return readFileSync(join(this.#path, name), 'utf8')
    } catch {
      return undefined
    }
  }

  #write(name: string, content: string, mode: number): void {
    const path = join(this.#path, name)
    writeFileSync(`${path}.new`, content, { mode })
    renameSync(`${path}.new`, path)
  }
}

function bind(hostPath: string, containerPath: string): Mount {
  return { hostPath, containerPath, readOnly: false, propagation: 'None' }
}
