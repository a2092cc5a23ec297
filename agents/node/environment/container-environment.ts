import type { Container, EnvVar } from '../../../src/api/generated/types.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Secret } from '../../../src/api/kinds/core/secret.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { ReferencedObjects } from '../volumes/referenced-objects.ts'
import { expandVariables } from './expand-variables.ts'
import { fieldValue, type PodPlace, resourceValue } from './field-value.ts'

export interface EnvironmentSources {
  readonly references: ReferencedObjects
  readonly place: PodPlace
  readonly services: ReadonlyMap<string, string>
}

/**
 * The environment of a container: `envFrom` in order, then `env` in order, each seeing what came before by `$(NAME)`;
 * service variables where nothing else has the name. Throws RuntimeError CreateContainerConfigError, naming what is missing.
 */
export async function resolveEnvironment(
  pod: DeepReadonly<Pod>,
  container: DeepReadonly<Container>,
  sources: EnvironmentSources,
): Promise<Map<string, string>> {
  const resolved = new Map<string, string>()
  for (const from of container.envFrom ?? []) {
    const prefix = from.prefix ?? ''
    const all = await readAll(pod, from, sources)
    for (const [key, value] of all) resolved.set(`${prefix}${key}`, value)
  }
  for (const variable of container.env ?? []) {
    const value = await readVariable(pod, container, variable, sources, resolved)
    if (value !== undefined) resolved.set(variable.name, value)
  }
  return new Map([...sources.services, ...resolved])
}

async function readVariable(
  pod: DeepReadonly<Pod>,
  container: DeepReadonly<Container>,
  variable: DeepReadonly<EnvVar>,
  { references, place, services }: EnvironmentSources,
  resolved: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const { valueFrom, value } = variable
  const namespace = pod.metadata.namespace ?? 'default'
  if (valueFrom === undefined) return expandVariables(value ?? '', new Map([...services, ...resolved]))
  if (valueFrom.fieldRef) return fieldValue(valueFrom.fieldRef.fieldPath, pod, place)
  if (valueFrom.resourceFieldRef) {
    const { resource, divisor, containerName } = valueFrom.resourceFieldRef
    const named = [...pod.spec.containers, ...(pod.spec.initContainers ?? [])].find(each => each.name === containerName)
    return resourceValue(resource, divisor, named ?? container, place)
  }
  if (valueFrom.configMapKeyRef) {
    const { name = '', key, optional } = valueFrom.configMapKeyRef
    const object = await references.read(ConfigMap, namespace, name)
    if (object === undefined && !optional) throw missing(`configmap ${JSON.stringify(name)} not found`)
    const text = object?.data?.[key]
    if (text === undefined && !optional) throw missing(`couldn't find key ${key} in ConfigMap ${namespace}/${name}`)
    return text
  }
  if (valueFrom.secretKeyRef) {
    const { name = '', key, optional } = valueFrom.secretKeyRef
    const object = await references.read(Secret, namespace, name)
    if (object === undefined && !optional) throw missing(`secret ${JSON.stringify(name)} not found`)
    const encoded = object?.data?.[key]
    if (encoded === undefined && !optional) throw missing(`couldn't find key ${key} in Secret ${namespace}/${name}`)
    return encoded === undefined ? undefined : decodeText(encoded)
  }
  throw missing(`env ${variable.name}: its valueFrom is not supported by this node`)
}

type EnvFrom = NonNullable<DeepReadonly<Container>['envFrom']>[number]

async function readAll(
  pod: DeepReadonly<Pod>,
  { configMapRef, secretRef }: EnvFrom,
  { references }: EnvironmentSources,
): Promise<[string, string][]> {
  const namespace = pod.metadata.namespace ?? 'default'
  if (configMapRef) {
    const { name = '', optional } = configMapRef
    const object = await references.read(ConfigMap, namespace, name)
    if (object === undefined && !optional) throw missing(`configmap ${JSON.stringify(name)} not found`)
    return Object.entries(object?.data ?? {})
  }
  if (secretRef) {
    const { name = '', optional } = secretRef
    const object = await references.read(Secret, namespace, name)
    if (object === undefined && !optional) throw missing(`secret ${JSON.stringify(name)} not found`)
    return Object.entries(object?.data ?? {}).map(([key, value]) => [key, decodeText(value)])
  }
  return []
}

function decodeText(base64: string): string {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0))
  return new TextDecoder().decode(bytes)
}

function missing(message: string): RuntimeError {
  return new RuntimeError('CreateContainerConfigError', message)
}
