import { isApiError } from '../../api/api-error.ts'
import { equalJson } from '../../api/equal-json.ts'
import type { ApplicationSpec, ApplicationStatus } from '../../api/kinds/gitops/application.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import { formatDuration } from '../../api/kinds/gitops/duration.ts'
import { GITOPS_API_VERSION } from '../../api/kinds/gitops/gitops-schema.ts'
import type { RolloutSpec, RolloutStatus } from '../../api/kinds/gitops/rollout.ts'
import { Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly, Json } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { readLive } from '../apply/read-live.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'

export type LiveApplication = DeepReadonly<Application>
export type LiveRollout = DeepReadonly<Rollout>

/** The Application object, made or brought to what Git says; undefined when Git has none and the cluster neither. */
export async function ensureApplication(
  client: Client,
  name: string,
  rendered: RenderedApplication | undefined,
): Promise<LiveApplication | undefined> {
  const live = await readLive(client, Application, { name })
  if (rendered === undefined) return live
  const spec = specOf(rendered)
  if (live === undefined) return createApplication(client, name, spec)
  if (equalJson(live.spec, spec)) return live
  const body: Json[] = [{ op: 'add', path: '/spec', value: spec as unknown as Json }]
  return client.patch(Application, { name }, { type: 'json', body })
}

export async function createApplication(client: Client, name: string, spec: ApplicationSpec): Promise<LiveApplication> {
  const object = { apiVersion: GITOPS_API_VERSION, kind: 'Application', metadata: { name }, spec }
  return client.create(Application, object)
}

function specOf({ path, settings, name }: RenderedApplication): ApplicationSpec {
  const { namespace, dependsOn, prune, drift, healthTimeoutMs, rollback, replace, suspended } = settings
  const hasNamespace = path === `apps/${name}`
  return {
    path,
    ...(hasNamespace && { namespace }),
    ...(dependsOn.length > 0 && { dependsOn: [...dependsOn] }),
    prune,
    drift,
    health: { timeout: formatDuration(healthTimeoutMs) },
    rollback,
    replace,
    ...(suspended && { suspend: true }),
  }
}

/**
 * Changes the status: reads the newest, replaces it whole, writes only what differs. The sync engine is its only writer,
 * so there is nobody to conflict with.
 */
export async function changeStatus(
  client: Client,
  name: string,
  change: (status: DeepReadonly<ApplicationStatus>) => DeepReadonly<ApplicationStatus>,
): Promise<LiveApplication> {
  const live = await client.get(Application, { name })
  const before = live.status ?? {}
  const after = change(before)
  if (equalJson(before, after)) return live
  const body: Json[] = [{ op: 'add', path: '/status', value: withoutUndefined(after) }]
  return client.patch(Application, { name }, { type: 'json', body }, { subresource: 'status' })
}

/** Creates a rollout's object; one of the same name is returned as it stands. */
export async function ensureRollout(client: Client, spec: RolloutSpec): Promise<LiveRollout> {
  const name = rolloutName(spec.application, spec.number)
  try {
    return await client.create(Rollout, { apiVersion: GITOPS_API_VERSION, kind: 'Rollout', metadata: { name }, spec })
  } catch (error) {
    if (!isApiError(error, 'AlreadyExists')) throw error
    return client.get(Rollout, { name })
  }
}

export async function changeRollout(
  client: Client,
  name: string,
  change: Partial<RolloutStatus>,
): Promise<LiveRollout> {
  const live = await client.get(Rollout, { name })
  const after = { ...live.status, ...change }
  if (equalJson(live.status ?? {}, after)) return live
  const body: Json[] = [{ op: 'add', path: '/status', value: withoutUndefined(after) }]
  return client.patch(Rollout, { name }, { type: 'json', body }, { subresource: 'status' })
}

export function rolloutName(application: string, number: number): string {
  return `${application}-${number}`
}

function withoutUndefined(value: object): Json {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as Json
}
