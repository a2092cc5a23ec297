import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { tryCommand } from '../../host/run-command.ts'
import type { Isolation, IsolationMode } from './isolation.ts'

/** Tries, from the best to the plainest, what this machine lets this user do. Leaves nothing behind. */
export async function probeIsolation(stateDirectory: string, wanted: IsolationMode | 'auto'): Promise<Isolation> {
  const setpriv = await works(['setpriv', '--version'])
  const isRoot = process.getuid?.() === 0
  const scratch = mkdtempSync(join(stateDirectory, 'probe-'))
  const why: string[] = []
  try {
    if (wanted === 'overlay' || wanted === 'auto') {
      const overlay = await probeOverlay(scratch, isRoot, why)
      if (overlay !== undefined) return { ...overlay, setpriv }
      if (wanted === 'overlay') throw new Error(`isolation overlay does not work here (${why.join('; ')}): ${REMEDY}`)
    }
    if (wanted === 'user-namespace' || wanted === 'auto') {
      if (await probeUserNamespace(scratch, why)) return { ...userNamespace, setpriv: false }
      if (wanted === 'user-namespace')
        throw new Error(`user namespaces do not work here (${why.join('; ')}): ${REMEDY}`)
    }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
  const reason = why.length > 0 ? ` (${why.join('; ')})` : ''
  return {
    mode: 'plain',
    layer: 'disk',
    podNetwork: false,
    setpriv: setpriv && isRoot,
    description: `processes: containers are plain processes of this machine; nothing can be mounted${reason}`,
  }
}

const REMEDY = 'leave --isolation out to take the best that does'

const userNamespace: Isolation = {
  mode: 'user-namespace',
  layer: 'disk',
  podNetwork: false,
  setpriv: false,
  description: "processes: containers have a root of binds and process ids of their own; the network is this machine's",
}

async function probeOverlay(scratch: string, isRoot: boolean, why: string[]): Promise<Isolation | undefined> {
  if (!isRoot) {
    why.push('not root')
    return undefined
  }
  const layer = await probeLayer(scratch, why)
  if (layer === undefined) return undefined
  const podNetwork = await probeNetwork(why)
  const where = layer === 'memory' ? ', kept in memory' : ''
  const network = podNetwork ? 'network and address of their own' : "the network is this machine's"
  return {
    mode: 'overlay',
    layer,
    podNetwork,
    setpriv: false,
    description: `processes: containers have a writable layer over /${where}, process ids of their own, ${network}`,
  }
}

async function probeLayer(scratch: string, why: string[]): Promise<'disk' | 'memory' | undefined> {
  for (const layer of ['disk', 'memory'] as const) {
    const memory = layer === 'memory' ? 'mount -t tmpfs tmpfs layer && ' : ''
    const script = `cd "$1" && mkdir -p layer root && ${memory}mkdir layer/u layer/w && mount -t overlay -o lowerdir=/,upperdir=layer/u,workdir=layer/w overlay root && mkdir root/.pintle-old && mount -t proc proc root/proc && cd root && pivot_root . .pintle-old && umount -l /.pintle-old`
    const tried = await tryScript(['--mount', '--pid', '--fork', '--uts', '--ipc'], script, scratch)
    rmSync(join(scratch, 'layer'), { recursive: true, force: true })
    if (tried === undefined) return layer
    why.push(tried)
  }
  return undefined
}

async function probeNetwork(why: string[]): Promise<boolean> {
  const links = 'ip link add pinprobe0 type veth peer name pinprobe1 && ip link del pinprobe0'
  const tried = await tryScript(['--net'], `${links} && : > /proc/self/comm`, '')
  if (tried !== undefined) {
    why.push(tried)
    return false
  }
  return isWritable('/proc/sys/net/ipv4/conf/lo/forwarding')
}

async function probeUserNamespace(scratch: string, why: string[]): Promise<boolean> {
  const script =
    'cd "$1" && mkdir -p root && mount -t tmpfs tmpfs root && mkdir root/.pintle-old root/usr root/proc && mount --rbind /usr root/usr && { mount -t proc proc root/proc || mount --rbind /proc root/proc; } && cd root && pivot_root . .pintle-old'
  const spaces = ['--user', '--map-root-user', '--mount', '--pid', '--fork', '--uts', '--ipc']
  const tried = await tryScript(spaces, script, scratch)
  if (tried !== undefined) why.push(tried)
  return tried === undefined
}

/** Undefined when it worked, else why not. */
async function tryScript(spaces: readonly string[], script: string, argument: string): Promise<string | undefined> {
  try {
    const result = await tryCommand(['unshare', ...spaces, 'sh', '-c', script, 'sh', argument])
    return result.exitCode === 0 ? undefined : result.stderr.trim().split('\n').at(-1) || `exit code ${result.exitCode}`
  } catch (error) {
    return (error as Error).message
  }
}

async function works(command: readonly [string, ...string[]]): Promise<boolean> {
  return tryCommand(command).then(
    result => result.exitCode === 0,
    () => false,
  )
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
