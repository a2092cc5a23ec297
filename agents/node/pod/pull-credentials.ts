import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Secret } from '../../../src/api/kinds/core/secret.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { RegistryCredentials } from '../runtime-driver.ts'
import type { ReferencedObjects } from '../volumes/referenced-objects.ts'

interface Login {
  readonly username?: string
  readonly password?: string
  /** `user:password` in base64. */
  readonly auth?: string
}

/**
 * What a pod's imagePullSecrets say of registries, in their order. One that is missing or cannot be read is passed over, as
 * Kubernetes does: the registry may ask for nothing, and says so itself when it does.
 */
export async function pullCredentials(
  pod: DeepReadonly<Pod>,
  references: ReferencedObjects,
): Promise<readonly RegistryCredentials[]> {
  const found: RegistryCredentials[] = []
  for (const { name } of pod.spec.imagePullSecrets ?? []) {
    if (!name) continue
    const secret = await references.read(Secret, pod.metadata.namespace ?? 'default', name).catch(() => undefined)
    found.push(...credentialsOf(secret?.data ?? {}))
  }
  return found
}

function credentialsOf(data: DeepReadonly<Record<string, string>>): readonly RegistryCredentials[] {
  const current = parse(data['.dockerconfigjson']) as { auths?: Record<string, Login> } | undefined
  const logins = current?.auths ?? (parse(data['.dockercfg']) as Record<string, Login> | undefined) ?? {}
  return Object.entries(logins).flatMap(([registry, login]) => {
    const [username, password] = login.auth === undefined ? [login.username, login.password] : split(login.auth)
    return username === undefined || password === undefined ? [] : [{ registry, username, password }]
  })
}

function parse(base64: string | undefined): unknown {
  if (base64 === undefined) return undefined
  try {
    return JSON.parse(Buffer.from(base64, 'base64').toString('utf8'))
  } catch {
    return undefined
  }
}

function split(auth: string): readonly [string, string] | readonly [] {
  const text = Buffer.from(auth, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  return colon < 0 ? [] : [text.slice(0, colon), text.slice(colon + 1)]
}
