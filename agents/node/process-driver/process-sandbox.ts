import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMountPoint, unmountBelow } from '../../host/mount-table.ts'
import { connectPod, createNetworkNamespace, disconnectPod, linkNameOf } from '../../host/pod-link.ts'
import { readBootId } from '../../host/process-identity.ts'
import type { Sandbox, SandboxConfig } from '../runtime-driver.ts'
import { removeTree } from './container-files.ts'
import type { Isolation } from './isolation.ts'

/**
 * A pod's directory: `sandbox.json`, its `manifest.json`, the `hosts` and `resolv.conf` bound into its containers, the
 * file `network` its namespace is pinned to, and `containers/`.
 */
export class ProcessSandbox {
  readonly directory: string
  readonly record: SandboxRecord

  private constructor(directory: string, record: SandboxRecord) {
    this.directory = directory
    this.record = record
  }

  static open(directory: string): ProcessSandbox | undefined {
    try {
      // After a power cut either may be empty: then nothing of it runs, and it counts as half made.
      JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8'))
      return new ProcessSandbox(directory, JSON.parse(readFileSync(join(directory, 'sandbox.json'), 'utf8')))
    } catch {
      return undefined
    }
  }

  /** `sandbox.json` is written last: what crashed before it is not there, and is made again. */
  static async create(directory: string, config: SandboxConfig, isolation: Isolation, nowMs: number) {
    await ProcessSandbox.removeDirectory(directory, config.uid)
    mkdirSync(join(directory, 'containers'), { recursive: true, mode: 0o700 })
    const hasNetwork = isolation.podNetwork && !config.hostNetwork && config.ip !== undefined
    const sandbox = new ProcessSandbox(directory, {
      uid: config.uid,
      namespace: config.namespace,
      name: config.name,
      hostname: config.hostname,
      ip: config.ip,
      hostNetwork: config.hostNetwork,
      hasNetwork,
      bootId: readBootId(),
      createdAtMs: nowMs,
    })
    sandbox.#write('manifest.json', config.manifest)
    sandbox.#write('hosts', config.hostsFile, 0o644)
    sandbox.#write('resolv.conf', config.dnsResolvConf, 0o644)
    sandbox.#write('hostname', `${config.hostname}\n`, 0o644)
    if (hasNetwork) await sandbox.#createNetwork(config.ip!)
    sandbox.#write('sandbox.json', JSON.stringify(sandbox.record))
    return sandbox
  }

  static async removeDirectory(directory: string, uid: string): Promise<void> {
    await disconnectPod(linkNameOf(uid))
    if (!existsSync(directory)) return
    // Without its record it does not count any more, however far this gets.
    rmSync(join(directory, 'sandbox.json'), { force: true })
    await unmountBelow(directory)
    await removeTree(directory)
  }

  get networkFile(): string | undefined {
    return this.record.hasNetwork ? join(this.directory, 'network') : undefined
  }

  get containersDirectory(): string {
    return join(this.directory, 'containers')
  }

  /** Files bound over the container's own, where they have content. */
  boundFiles(): { readonly source: string; readonly target: string }[] {
    return [
      { source: join(this.directory, 'hosts'), target: '/etc/hosts' },
      { source: join(this.directory, 'resolv.conf'), target: '/etc/resolv.conf' },
      { source: join(this.directory, 'hostname'), target: '/etc/hostname' },
    ].filter(({ source }) => existsSync(source) && readFileSync(source, 'utf8') !== '')
  }

  /** Written in place: containers hold the file itself, not its name. */
  updateHostsFile(content: string): void {
    writeFileSync(join(this.directory, 'hosts'), content)
  }

  describe(): Sandbox {
    const { uid, namespace, name, ip, createdAtMs, bootId } = this.record
    const network = this.networkFile
    return {
      id: uid,
      uid,
      namespace,
      name,
      ip,
      manifest: readFileSync(join(this.directory, 'manifest.json'), 'utf8'),
      ready: bootId === readBootId() && (network === undefined || isMountPoint(network)),
      createdAtMs,
    }
  }

  async remove(): Promise<void> {
    await ProcessSandbox.removeDirectory(this.directory, this.record.uid)
  }

  async #createNetwork(ip: string): Promise<void> {
    const file = join(this.directory, 'network')
    await createNetworkNamespace(file)
    await connectPod(file, linkNameOf(this.record.uid), ip)
  }

  #write(name: string, content: string, mode = 0o600): void {
    const path = join(this.directory, name)
    writeFileSync(`${path}.new`, content, { mode })
    renameSync(`${path}.new`, path)
  }
}

interface SandboxRecord {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly hostname: string
  readonly ip: string | undefined
  readonly hostNetwork: boolean
  readonly hasNetwork: boolean
  readonly bootId: string
  readonly createdAtMs: number
}
