import type {
  ConfigMapVolumeSource,
  DownwardAPIVolumeFile,
  KeyToPath,
  SecretVolumeSource,
  Volume,
} from '../../../src/api/generated/types.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Secret } from '../../../src/api/kinds/core/secret.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { fieldValue, type PodPlace, resourceValue } from '../environment/field-value.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { VolumeFile } from './pod-files.ts'
import type { ReferencedObjects } from './referenced-objects.ts'

const MODE = 0o644

/** Makes the files of configMap, secret, downwardAPI and projected volumes; undefined for any other volume. */
export async function volumeContent(
  volume: DeepReadonly<Volume>,
  pod: DeepReadonly<Pod>,
  references: ReferencedObjects,
  place: PodPlace,
): Promise<VolumeFile[] | undefined> {
  const context = { pod, references, place, namespace: pod.metadata.namespace ?? 'default' }
  const { configMap, secret, downwardAPI, projected } = volume
  if (configMap) return readConfigMap(configMap, configMap.defaultMode ?? MODE, context)
  if (secret) return readSecret({ ...secret, name: secret.secretName ?? '' }, secret.defaultMode ?? MODE, context)
  if (downwardAPI) return readDownward(downwardAPI.items ?? [], downwardAPI.defaultMode ?? MODE, context)
  if (projected === undefined) return undefined
  const files: VolumeFile[] = []
  const mode = projected.defaultMode ?? MODE
  for (const source of projected.sources ?? []) {
    if (source.configMap) files.push(...(await readConfigMap(source.configMap, mode, context)))
    else if (source.secret) files.push(...(await readSecret(source.secret, mode, context)))
    else if (source.downwardAPI) files.push(...readDownward(source.downwardAPI.items ?? [], mode, context))
    else throw failed(`${Object.keys(source)[0]} is not supported in projected volumes of this node`)
  }
  // Of two sources with one path the later one counts.
  return [...new Map(files.map(file => [file.path, file])).values()]
}

interface Context {
  readonly pod: DeepReadonly<Pod>
  readonly references: ReferencedObjects
  readonly place: PodPlace
  readonly namespace: string
}

async function readConfigMap(source: DeepReadonly<ConfigMapVolumeSource>, mode: number, context: Context) {
  const { name = '', optional, items } = source
  const object = await context.references.read(ConfigMap, context.namespace, name)
  if (object === undefined && !optional) throw failed(`configmap ${JSON.stringify(name)} not found`)
  const text = Object.entries(object?.data ?? {}).map(([key, value]) => [key, encode(value)] as const)
  const binary = Object.entries(object?.binaryData ?? {}).map(([key, value]) => [key, decode(value)] as const)
  return project(new Map([...text, ...binary]), items, mode, optional ?? false, `configmap ${name}`)
}

type NamedSecret = DeepReadonly<Pick<SecretVolumeSource, 'items' | 'optional'>> & { readonly name?: string }

async function readSecret({ name = '', optional, items }: NamedSecret, mode: number, context: Context) {
  const object = await context.references.read(Secret, context.namespace, name)
  if (object === undefined && !optional) throw failed(`secret ${JSON.stringify(name)} not found`)
  const entries = Object.entries(object?.data ?? {}).map(([key, value]) => [key, decode(value)] as const)
  return project(new Map(entries), items, mode, optional ?? false, `secret ${name}`)
}

function readDownward(
  items: DeepReadonly<DownwardAPIVolumeFile[]>,
  mode: number,
  { pod, place }: Context,
): VolumeFile[] {
  return items.map(item => {
    const path = safePath(item.path)
    if (item.fieldRef)
      return { path, bytes: encode(fieldValue(item.fieldRef.fieldPath, pod, place)), mode: item.mode ?? mode }
    const { containerName, resource = '', divisor } = item.resourceFieldRef ?? {}
    const container = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(
      each => each.name === containerName,
    )
    if (container === undefined) throw failed(`downwardAPI ${item.path}: there is no container ${containerName}`)
    return { path, bytes: encode(resourceValue(resource, divisor, container, place)), mode: item.mode ?? mode }
  })
}

function project(
  content: ReadonlyMap<string, Uint8Array>,
  items: readonly DeepReadonly<KeyToPath>[] | undefined,
  mode: number,
  optional: boolean,
  what: string,
): VolumeFile[] {
  if (items === undefined) return [...content].map(([key, bytes]) => ({ path: key, bytes, mode }))
  return items.flatMap(({ key, path, mode: own }) => {
    const bytes = content.get(key)
    if (bytes === undefined && !optional) throw failed(`${what} references non-existent key: ${key}`)
    return bytes === undefined ? [] : [{ path: safePath(path), bytes, mode: own ?? mode }]
  })
}

function safePath(path: string): string {
  const parts = path.split('/')
  if (path.startsWith('/') || parts.some(part => part === '..' || part === ''))
    throw failed(`${path} is no path inside a volume`)
  return path
}

function encode(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function decode(base64: string): Uint8Array {
  return Uint8Array.from(atob(base64), character => character.charCodeAt(0))
}

function failed(message: string): RuntimeError {
  return new RuntimeError('FailedMount', message)
}
