import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../api/object.ts'
import type { Client, Identity } from '../client/client.ts'
import type { Clock } from '../lib/clock.ts'
import type { PageSection } from './render-page.ts'
import { PAGE_STYLE_SOURCE, renderPage } from './render-page.ts'

export interface StatusPageOptions {
  readonly client: Client
  readonly clock: Clock
}

export interface StatusPage {
  readonly html: string
  /** CSP source of its one inline style. */
  readonly styleSource: string
}

/** Rollouts shown, the newest first. */
const ROLLOUTS_MAX = 30

/** The cluster at a glance, with what the person who looks may read. */
export function createStatusPage({ client, clock }: StatusPageOptions): (identity: Identity) => Promise<StatusPage> {
  return async identity => {
    const reader = client.as(identity)
    const [applications, rollouts, pods, nodes] = await Promise.all([
      section(reader, 'gitops.pintle.dev/v1', 'Application', 'Applications', 'There is no application yet: push one.'),
      section(reader, 'gitops.pintle.dev/v1', 'Rollout', 'Rollouts', 'Nothing was rolled out yet.'),
      section(reader, 'v1', 'Pod', 'Pods', 'No pod runs.'),
      section(reader, 'v1', 'Node', 'Nodes', 'No node has joined.'),
    ])
    const newestRollouts = rollouts && { ...rollouts, objects: newestFirst(rollouts.objects).slice(0, ROLLOUTS_MAX) }
    const sections = [applications, newestRollouts, pods, nodes].filter(each => each !== undefined)
    const html = renderPage({ user: identity.user, nowMs: clock.now(), sections })
    return { html, styleSource: PAGE_STYLE_SOURCE }
  }
}

/** Undefined when this server does not have the kind. */
async function section(
  client: Client,
  apiVersion: string,
  kindName: string,
  title: string,
  emptyText: string,
): Promise<PageSection | undefined> {
  const kind: Kind | undefined = client.kinds.byKind(apiVersion, kindName)?.kind
  if (kind === undefined) return undefined
  const { items } = await client.list(kind)
  return { title, kind, objects: items, emptyText }
}

function newestFirst(objects: readonly DeepReadonly<KubeObject>[]): readonly DeepReadonly<KubeObject>[] {
  const time = (object: DeepReadonly<KubeObject>) => object.metadata.creationTimestamp ?? ''
  return objects.toSorted((a, b) => (time(a) < time(b) ? 1 : time(a) > time(b) ? -1 : 0))
}
