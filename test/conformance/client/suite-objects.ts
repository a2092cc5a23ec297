import type { ExecutionContext } from 'ava'
import { ApiError } from '../../../src/api/api-error.ts'
import type { Kind } from '../../../src/api/kind.ts'
import type { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import type { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { KubeObject, ObjectMeta } from '../../../src/api/object.ts'
import type { Client, NewObject, WatchEvent } from '../../../src/client/client.ts'

export function configMap(namespace: string, name: string, data?: Record<string, string>): NewObject<ConfigMap> {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, ...(data && { data }) }
}

export function pod(namespace: string, name: string): NewObject<Pod> {
  const spec = { containers: [{ name: 'main', image: 'example/main:1' }] }
  return { apiVersion: 'v1', kind: 'Pod', metadata: { namespace, name }, spec }
}

export function deployment(namespace: string, name: string): NewObject<Deployment> {
  const spec = {
    replicas: 1,
    selector: { matchLabels: { app: 'web' } },
    template: template([{ name: 'main', image: 'example/main:1' }]),
  }
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { namespace, name }, spec }
}

export function template(containers: { name: string; image: string }[]) {
  return { metadata: { labels: { app: 'web' } } as unknown as ObjectMeta, spec: { containers } }
}

export async function refusal(t: ExecutionContext, attempt: Promise<unknown>): Promise<ApiError> {
  const error = await t.throwsAsync(attempt)
  t.true(error instanceof ApiError, `${error}`)
  return error as ApiError
}

export function describe<T extends KubeObject>(event: WatchEvent<T> | undefined): string {
  if (event === undefined) return 'nothing'
  return event.type === 'BOOKMARK' ? 'BOOKMARK' : `${event.type} ${event.object.metadata.name}`
}

const TAKE_TIMEOUT_MS = 10_000

/** A watch whose events are taken in order, as many as wanted, waiting for those that are still to come. */
export function observe<T extends KubeObject>(
  client: Client,
  kind: Kind<T>,
  namespace: string,
  options: { readonly resourceVersion?: string; readonly labelSelector?: string; readonly allowBookmarks?: boolean },
) {
  const events: WatchEvent<T>[] = []
  let ended: Error | undefined
  let wake = () => {}
  const watch = client.watch(
    kind,
    { namespace, ...options },
    {
      onEvent: event => {
        events.push(event)
        wake()
      },
      onEnd: error => {
        ended = error ?? new Error('the watch ended')
        wake()
      },
    },
  )
  const wait = () =>
    new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no more than ${events.length} events came`)), TAKE_TIMEOUT_MS)
      wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  return {
    stop: () => watch.stop(),
    async take(count: number): Promise<WatchEvent<T>[]> {
      while (events.length < count) {
        if (ended !== undefined) throw ended
        await wait()
      }
      return events.splice(0, count)
    },
  }
}
