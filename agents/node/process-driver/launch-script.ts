import { findTool } from '../../host/find-tool.ts'
import { quoteWord, quoteWords } from '../../host/shell-quote.ts'
import type { Isolation } from './isolation.ts'

/**
 * Writes the two shell scripts that carry a container: text in, text out.
 *
 * `supervise.sh` runs outside, in a session of its own: it outlives the agent, appends the container's output to files
 * and writes the exit code by rename. `init.sh` runs inside the namespaces as their process 1: it makes the root, starts
 * the command as its child (so that signals work as for any process, and orphans are reaped) and ends with its code.
 */
export interface Launch {
  /** Absolute directory of this container. */
  readonly directory: string
  /** Where `init.sh` lies, absolute. */
  readonly initScript: string
  readonly isolation: Isolation
  readonly hostname: string
  /** Pinned network namespace to enter; undefined with host network. */
  readonly networkNamespaceFile: string | undefined
  /** Commands that plant the root of a `user-namespace` container below `root/`; see `planRoot`. */
  readonly plantRoot: readonly string[]
  /** Mounts of the machine other than `/` that an overlay must show too, parents first. */
  readonly extraLowers: readonly string[]
  /** Directories that containers must not see, e.g. the agent's own data. */
  readonly masks: readonly string[]
  readonly mounts: readonly LaunchMount[]
  readonly env: readonly { readonly name: string; readonly value: string }[]
  readonly workingDir: string
  readonly command: readonly string[]
  readonly user: number | undefined
  readonly group: number | undefined
  readonly supplementalGroups: readonly number[]
  readonly privileged: boolean
  readonly readOnlyRoot: boolean
  /** Files to which the container's first process writes its own pid, to enter control groups. */
  readonly cgroupProcsFiles: readonly string[]
}

export interface LaunchMount {
  readonly source: string
  readonly target: string
  readonly isDirectory: boolean
  readonly readOnly: boolean
  readonly propagation: 'None' | 'HostToContainer' | 'Bidirectional'
  /** Left out without a word when its target cannot be made (`/etc/hostname` and the like). */
  readonly optional: boolean
}

/** A process writes its own line of /proc/self/stat, as the machine sees it: pid and start time. */
const RECORD =
  'record() { read -r pintle_line < "$1/proc/self/stat" && echo "$pintle_line" > "$2.new" && mv "$2.new" "$2"; }'
const OLD_ROOT = '/.pintle-old'

export function formatSuperviseScript(launch: Launch): string {
  return script(
    'umask 022',
    `cd ${quoteWord(launch.directory)} || exit 1`,
    '# Whoever makes this directory runs the container; a second start of the same attempt ends here.',
    'mkdir started 2>/dev/null || exit 0',
    RECORD,
    'record "" supervisor',
    ...launch.cgroupProcsFiles.map(file => `echo $$ > ${quoteWord(file)}`),
    `${quoteWords([...launcherOf(launch), 'sh', launch.initScript])} < /dev/null >> stdout 2>> stderr`,
    'echo $? > exit.new && mv exit.new exit',
  )
}

function launcherOf(launch: Launch): string[] {
  const { mode } = launch.isolation
  if (mode === 'plain') return ['env']
  const enterNetwork = launch.networkNamespaceFile ? ['nsenter', `--net=${launch.networkNamespaceFile}`] : []
  const propagation = launch.mounts.some(each => each.propagation !== 'None') ? 'slave' : 'private'
  const user = mode === 'user-namespace' ? ['--user', '--map-root-user'] : []
  const spaces = ['--mount', `--propagation=${propagation}`, '--pid', '--fork', '--kill-child', '--uts', '--ipc']
  return [...enterNetwork, 'unshare', ...user, ...spaces]
}

export function formatInitScript(launch: Launch): string {
  const plain = launch.isolation.mode === 'plain'
  return script(
    'umask 022',
    `pintle_dir=${quoteWord(launch.directory)}`,
    `pintle_old=${plain ? "''" : quoteWord(OLD_ROOT)}`,
    "# The set-up speaks to a file of its own; the command gets the container's output.",
    'exec 8>&2 2>"$pintle_dir/setup-errors"',
    'fail() { echo "$1" >&2; exit 128; }',
    RECORD,
    'record "" "$pintle_dir/init"',
    'pintle_umount=$(command -v umount) pintle_rmdir=$(command -v rmdir) pintle_mv=$(command -v mv)',
    ...(plain ? [] : [...makeRoot(launch), ...enterRoot(launch)]),
    ...startCommand(launch),
    'exit $?',
  )
}

/** Everything that can be done before the new root is entered; the working directory is the container's. */
function makeRoot(launch: Launch): string[] {
  const overlay = launch.isolation.mode === 'overlay'
  return [
    `hostname ${quoteWord(launch.hostname)} || echo ${quoteWord(launch.hostname)} > /proc/sys/kernel/hostname || true`,
    'mkdir -p root',
    ...(overlay ? makeOverlay(launch) : ['mount -t tmpfs -o mode=755,size=256m tmpfs root || fail "no root"']),
    ...launch.plantRoot,
    'mkdir -p root/proc root/sys root/dev',
    'mount -t proc proc root/proc || mount --rbind /proc root/proc || fail "no /proc"',
    overlay ? 'mount -t sysfs -o ro sysfs root/sys || true' : 'mount --rbind /sys root/sys || true',
    ...(launch.privileged ? ['mount --rbind /dev root/dev || fail "no /dev"'] : makeDevices()),
    ...launch.masks.map(path => `[ ! -d ${quoteWord(`root${path}`)} ] || ${maskOf(path)}`),
  ]
}

function maskOf(path: string): string {
  return `mount -t tmpfs -o mode=755,size=4k tmpfs ${quoteWord(`root${path}`)} || fail "cannot hide the data directory"`
}

function makeOverlay(launch: Launch): string[] {
  const prepare =
    launch.isolation.layer === 'memory'
      ? ['mkdir -p layer', 'mount -t tmpfs -o mode=700 tmpfs layer || fail "no memory for the writable layer"']
      : ['mkdir -p layer']
  const lowers = ['/', ...launch.extraLowers]
  return [
    ...prepare,
    ...lowers.map((lower, index) => {
      const options = `lowerdir=${lower.replace(/[\\,:]/g, '\\$&')},upperdir=layer/upper${index},workdir=layer/work${index}`
      const target = quoteWord(`root${lower === '/' ? '' : lower}`)
      const mount = (more: string) => `mount -t overlay -o ${quoteWord(`${more}${options}`)} overlay ${target}`
      const give = index === 0 ? 'fail "no overlay over /"' : 'true'
      // `volatile`: the layer goes with the container, so its end need not wait for the disk.
      return `mkdir -p layer/upper${index} layer/work${index} && ${mount('volatile,')} || ${mount('')} || ${give}`
    }),
  ]
}

function makeDevices(): string[] {
  return [
    'mount -t tmpfs -o mode=755,size=64k tmpfs root/dev || fail "no /dev"',
    'for pintle_device in null zero full random urandom tty; do',
    '  : > "root/dev/$pintle_device" && mount --bind "/dev/$pintle_device" "root/dev/$pintle_device" || true',
    'done',
    'mkdir root/dev/pts root/dev/shm',
    'mount -t devpts -o newinstance,ptmxmode=0666,mode=620 devpts root/dev/pts || mount --rbind /dev/pts root/dev/pts || true',
    'mount -t tmpfs -o mode=1777,size=64m tmpfs root/dev/shm || true',
    'ln -s pts/ptmx root/dev/ptmx',
    'ln -s /proc/self/fd root/dev/fd',
    'ln -s /proc/self/fd/0 root/dev/stdin && ln -s /proc/self/fd/1 root/dev/stdout && ln -s /proc/self/fd/2 root/dev/stderr',
  ]
}

/** Volumes are mounted from inside, so that links in their path (`/var/run`) are followed inside. */
function enterRoot(launch: Launch): string[] {
  return [
    `mkdir -p ${quoteWord(`root${OLD_ROOT}`)} && cd root && pivot_root . ${quoteWord(OLD_ROOT.slice(1))} && cd / || fail "cannot enter the root"`,
    ...launch.mounts.flatMap(mountLines),
    ...(launch.readOnlyRoot ? ['mount -o remount,bind,ro / || fail "cannot make the root read-only"'] : []),
  ]
}

function mountLines(mount: LaunchMount): string[] {
  const target = quoteWord(mount.target)
  const parent = quoteWord(mount.target.slice(0, mount.target.lastIndexOf('/')) || '/')
  const give = mount.optional ? 'true' : `fail ${quoteWord(`mountPath ${mount.target} cannot be made here`)}`
  const make = mount.isDirectory ? `mkdir -p ${target}` : `{ mkdir -p ${parent} && : >> ${target}; }`
  const bind = `mount --rbind "$pintle_old"${quoteWord(mount.source)} ${target}`
  return [
    `if [ -e ${target} ] || ${make}; then`,
    `  ${bind} || ${give}`,
    ...(mount.readOnly ? [`  ${readOnlyRemount(target)} || ${give}`] : []),
    `else ${give}; fi`,
  ]
}

/** Inside a user namespace a remount must repeat the flags the machine locked. */
function readOnlyRemount(target: string): string {
  const flags = ['', ',nosuid,nodev', ',nosuid,nodev,noexec', ',nosuid,nodev,relatime', ',nosuid,nodev,noatime']
  return flags.map(more => `mount -o remount,bind,ro${more} ${target}`).join(' || ')
}

/** The command runs as a child: it reports itself, lets go of the old root, and becomes the command. */
function startCommand(launch: Launch): string[] {
  const plain = launch.isolation.mode === 'plain'
  const { exported, assigned } = splitEnvironment(launch.env)
  const [program] = launch.command as [string]
  const prefix = [...(assigned.length > 0 ? [findTool('env'), ...assigned] : []), ...privilegeWords(launch)]
  const workingDir = quoteWord(launch.workingDir)
  return [
    '(',
    ...exported.map(({ name, value }) => `  export ${name}=${quoteWord(value)}`),
    `  cd ${workingDir} ${plain ? '' : `|| { mkdir -p ${workingDir} && cd ${workingDir}; } `}|| fail ${quoteWord(`workingDir ${launch.workingDir}: no such directory`)}`,
    `  ${findProgram(program)} || fail ${quoteWord(`exec: ${JSON.stringify(program)}: executable file not found in $PATH`)}`,
    '  read -r pintle_line < "$pintle_old/proc/self/stat" && echo "$pintle_line" > "$pintle_old$pintle_dir/main.new"',
    '  "$pintle_mv" "$pintle_old$pintle_dir/main.new" "$pintle_old$pintle_dir/main" || fail "cannot report the start"',
    ...(plain ? [] : ['  "$pintle_umount" -l "$pintle_old" && { "$pintle_rmdir" "$pintle_old" || true; }']),
    '  unset pintle_line pintle_dir pintle_old pintle_umount pintle_rmdir pintle_mv pintle_device',
    `  exec ${quoteWords([...prefix, ...launch.command])} 2>&8 8>&-`,
    ')',
  ]
}

function findProgram(program: string): string {
  return program.includes('/') ? `[ -x ${quoteWord(program)} ]` : `command -v ${quoteWord(program)} > /dev/null`
}

/** What Docker gives a container, without MKNOD: there is no device control group here. */
const CAPABILITIES = [
  'chown',
  'dac_override',
  'fowner',
  'fsetid',
  'kill',
  'setgid',
  'setuid',
  'setpcap',
  'net_bind_service',
  'net_raw',
  'sys_chroot',
  'audit_write',
  'setfcap',
]

/** Words in front of a command that take away what a container shall not have. Also used for exec. */
export function privilegeWords(
  launch: Pick<Launch, 'isolation' | 'user' | 'group' | 'supplementalGroups' | 'privileged'>,
): string[] {
  const { isolation, user, group, supplementalGroups, privileged } = launch
  if (isolation.mode === 'user-namespace') {
    return user ? [findTool('unshare'), '--user', `--map-user=${user}`, `--map-group=${group ?? 0}`] : []
  }
  if (!isolation.setpriv) return []
  const words: string[] = []
  if (user !== undefined || group !== undefined) {
    words.push(`--regid=${group ?? 0}`)
    words.push(supplementalGroups.length > 0 ? `--groups=${supplementalGroups.join(',')}` : '--clear-groups')
    if (user !== undefined) words.push(`--reuid=${user}`)
  } else if (supplementalGroups.length > 0) {
    words.push(`--groups=${supplementalGroups.join(',')}`)
  }
  if (!privileged && isolation.mode === 'overlay') {
    words.push('--inh-caps=-all', `--bounding-set=-all,${CAPABILITIES.map(name => `+${name}`).join(',')}`)
  }
  return words.length > 0 ? [findTool('setpriv'), ...words, '--'] : []
}

/** Names a shell cannot export, or gives a meaning of its own, are handed over by `env` instead. */
const SHELL_NAMES =
  /^(_|BASH.*|DIRSTACK|ENV|EUID|FUNCNAME|GROUPS|IFS|LINENO|MAIL.*|OLDPWD|OPT(ARG|ERR|IND)|PPID|PS\d|PWD|RANDOM|SECONDS|SHELLOPTS|SHLVL|UID)$/

function splitEnvironment(env: Launch['env']) {
  const last = new Map(env.map(each => [each.name, each]))
  const isExportable = (name: string) => /^[A-Za-z_][A-Za-z0-9_]*$/.test(name) && !SHELL_NAMES.test(name)
  const all = [...last.values()]
  return {
    exported: all.filter(({ name }) => isExportable(name)),
    assigned: all.filter(({ name }) => !isExportable(name)).map(({ name, value }) => `${name}=${value}`),
  }
}

function script(...lines: string[]): string {
  return `#!/bin/sh\n${lines.join('\n')}\n`
}
