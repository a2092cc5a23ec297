import type { Container, VolumeMount } from '../../../src/api/generated/types.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { parseQuantity } from '../../../src/api/scalars/quantity.ts'
import { expandVariables } from '../environment/expand-variables.ts'
import type { ContainerConfig, Mount } from '../runtime-driver.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { PodFiles } from '../volumes/pod-files.ts'

/** Turns what the API says of a container into what a runtime is told. Throws RuntimeError CreateContainerConfigError. */
export async function containerConfig(
  pod: DeepReadonly<Pod>,
  container: DeepReadonly<Container>,
  attempt: number,
  env: ReadonlyMap<string, string>,
  volumes: ReadonlyMap<string, string>,
  files: PodFiles,
): Promise<ContainerConfig> {
  const podSecurity = pod.spec.securityContext
  const security = container.securityContext
  const user = security?.runAsUser ?? podSecurity?.runAsUser
  if ((security?.runAsNonRoot ?? podSecurity?.runAsNonRoot) && (user ?? 0) === 0) {
    throw configError('container has runAsNonRoot and would run as root: set runAsUser')
  }
  const groups = [...(podSecurity?.supplementalGroups ?? []), podSecurity?.fsGroup].filter(each => each !== undefined)
  const expand = (text: string) => expandVariables(text, env)
  const mounts: Mount[] = []
  for (const mount of container.volumeMounts ?? []) mounts.push(await mountOf(mount, env, volumes, files))
  return {
    name: container.name,
    attempt,
    image: container.image ?? '',
    command: (container.command ?? []).map(expand),
    args: (container.args ?? []).map(expand),
    env: Array.from(env, ([name, value]) => ({ name, value })),
    workingDir: container.workingDir,
    mounts,
    user,
    group: security?.runAsGroup ?? podSecurity?.runAsGroup,
    supplementalGroups: groups,
    privileged: security?.privileged ?? false,
    readOnlyRootFilesystem: security?.readOnlyRootFilesystem ?? false,
    ...(security?.capabilities !== undefined && {
      capabilities: { add: security.capabilities.add ?? [], drop: security.capabilities.drop ?? [] },
    }),
    ...(security?.allowPrivilegeEscalation !== undefined && {
      allowPrivilegeEscalation: security.allowPrivilegeEscalation,
    }),
    seccompUnconfined: (security?.seccompProfile ?? podSecurity?.seccompProfile)?.type === 'Unconfined',
    cpuMillis: amounts(container, 'cpu', 1_000_000n),
    memoryBytes: amounts(container, 'memory', 1_000_000_000n),
    terminationMessagePath: container.terminationMessagePath ?? '/dev/termination-log',
    stdin: container.stdin ?? false,
    tty: container.tty ?? false,
  }
}

async function mountOf(
  mount: DeepReadonly<VolumeMount>,
  env: ReadonlyMap<string, string>,
  volumes: ReadonlyMap<string, string>,
  files: PodFiles,
): Promise<Mount> {
  const path = volumes.get(mount.name)
  if (path === undefined) throw configError(`volumeMount ${mount.mountPath}: there is no volume ${mount.name}`)
  const subPath = mount.subPathExpr ? expandVariables(mount.subPathExpr, env) : mount.subPath
  return {
    hostPath: subPath ? await files.resolveSubPath(path, subPath) : path,
    containerPath: normalize(mount.mountPath),
    readOnly: mount.readOnly ?? false,
    propagation: (mount.mountPropagation ?? 'None') as Mount['propagation'],
  }
}

function normalize(path: string): string {
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  if (parts.includes('..')) throw configError(`mountPath ${path} must not contain ..`)
  return `/${parts.join('/')}`
}

function amounts(container: DeepReadonly<Container>, name: string, unitNano: bigint) {
  const read = (text: string | undefined) =>
    text === undefined ? undefined : Number(parseQuantity(text).nano / unitNano)
  const { requests, limits } = container.resources ?? {}
  return { request: read(requests?.[name] ?? limits?.[name]), limit: read(limits?.[name]) }
}

function configError(message: string): RuntimeError {
  return new RuntimeError('CreateContainerConfigError', message)
}
