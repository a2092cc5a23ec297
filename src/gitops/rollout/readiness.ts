import { Application } from '../../api/kinds/gitops/application.ts'
import type { Client } from '../../client/client.ts'
import { readLive } from '../apply/read-live.ts'
import type { LiveApplication } from '../engine/application-object.ts'
import type { DesiredState } from '../engine/desired-state.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'
import { CLUSTER_APPLICATION, POLICIES_APPLICATION } from '../source/source-application.ts'

/** Why an application cannot start yet, as a sentence; undefined = it can. */
export async function waitsFor(
  client: Client,
  rendered: RenderedApplication,
  desired: DesiredState,
): Promise<string | undefined> {
  if (rendered.name === CLUSTER_APPLICATION || rendered.name === POLICIES_APPLICATION) return undefined
  const cluster = desired.applications.get(CLUSTER_APPLICATION)
  if (cluster !== undefined && !(await isAttempted(client, cluster))) return 'waits for cluster/'
  if (await isGoing(client, rendered.settings.namespace))
    return `${NAMESPACE_GOING} ${rendered.settings.namespace} is gone`
  for (const name of rendered.settings.dependsOn) {
    const dependency = desired.applications.get(name)
    if (dependency === undefined) continue
    const live = await readLive(client, Application, { name })
    if (!isHealthyAt(live, dependency.inputDigest)) return `waits for ${name} (${live?.status?.phase ?? 'Pending'})`
  }
  return undefined
}

/** How the wait for a namespace begins: nobody wakes the application when it is over, so it looks again by itself. */
export const NAMESPACE_GOING = 'waits until the old namespace'

async function isGoing(client: Client, name: string): Promise<boolean> {
  const served = client.kinds.byKind('v1', 'Namespace')
  const live = served && (await readLive(client, served.kind, { name }))
  return live?.metadata.deletionTimestamp !== undefined
}

/** Cluster-wide objects come first; when they cannot be applied, nobody waits for them. */
async function isAttempted(client: Client, cluster: RenderedApplication): Promise<boolean> {
  const live = await readLive(client, Application, { name: CLUSTER_APPLICATION })
  return live?.status?.attempted?.inputDigest === cluster.inputDigest
}

function isHealthyAt(live: LiveApplication | undefined, inputDigest: string): boolean {
  const status = live?.status
  return (
    status?.applied?.inputDigest === inputDigest &&
    status.attempted?.inputDigest === inputDigest &&
    status.health === 'Healthy'
  )
}

/** Why a removed application cannot go yet: those that depend on it go first. */
export async function removalWaitsFor(
  client: Client,
  name: string,
  desired: DesiredState,
): Promise<string | undefined> {
  const { items } = await client.list(Application)
  const dependent = items.find(
    other =>
      other.metadata.name !== name &&
      !desired.applications.has(other.metadata.name) &&
      other.spec.dependsOn?.includes(name) &&
      (other.status?.inventory?.length ?? 0) > 0,
  )
  return dependent === undefined ? undefined : `waits until ${dependent.metadata.name}, which depends on it, is gone`
}
