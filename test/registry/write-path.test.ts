import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { ApiError } from '../../src/api/api-error.ts'
import { canonicalJson } from '../../src/api/canonical-json.ts'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { DeepReadonly } from '../../src/api/object.ts'
import type { Client } from '../../src/client/client.ts'
import { createMemoryStore } from '../../src/store/memory-store.ts'
import { StoreError, type StoreWatcher, type Txn } from '../../src/store/store.ts'
import { SeededRandom } from '../simulation/world/seeded-random.ts'
import { openRegistry } from './open-registry.ts'

type View = DeepReadonly<Deployment>

/** How late the news of a remote store may be. */
const LATE_MS = 30

const key = { namespace: 'default', name: 'web' }
const spec = {
  replicas: 1,
  selector: { matchLabels: { app: 'web' } },
  template: { metadata: { labels: { app: 'web' } } as never, spec: { containers: [{ name: 'main', image: 'a:1' }] } },
}
const fresh = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: key, spec }

const replicas = fc.integer({ min: 0, max: 3 })
const step = fc.oneof(
  fc.record({ do: fc.constant('scale' as const), replicas }),
  fc.record({ do: fc.constant('patch' as const), replicas }),
  fc.record({ do: fc.constant('apply' as const), replicas, manager: fc.constantFrom('one', 'two') }),
  fc.record({ do: fc.constant('status' as const), replicas }),
  fc.record({ do: fc.constant('label' as const), value: fc.constantFrom('x', 'y') }),
  fc.record({ do: fc.constant('update' as const), replicas, stale: fc.boolean() }),
  fc.record({ do: fc.constant('dry run' as const), replicas }),
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

/** Does the step; `old` is some state that was current once, `now` the one that is. */
async function perform(admin: Client, each: Step, old: View, now: View): Promise<void> {
  const merge = (body: object) => ({ type: 'merge', body }) as never
  switch (each.do) {
    case 'scale':
      await admin.patch(Deployment, key, merge({ spec: { replicas: each.replicas } }), { subresource: 'scale' })
      return
    case 'patch':
      await admin.patch(Deployment, key, merge({ spec: { replicas: each.replicas } }))
      return
    case 'dry run':
      await admin.patch(Deployment, key, merge({ spec: { replicas: each.replicas } }), { dryRun: true })
      return
    case 'status':
      await admin.patch(Deployment, key, merge({ status: { replicas: each.replicas }, spec: { replicas: 9 } }), {
        subresource: 'status',
      })
      return
    case 'label':
      await admin.patch(
        Deployment,
        key,
        merge({ metadata: { labels: { value: each.value } }, status: { replicas: 9 } }),
      )
      return
    case 'apply': {
      const object = { ...fresh, spec: { ...spec, replicas: each.replicas } }
      await admin.apply(Deployment, object, { fieldManager: each.manager, force: true })
      return
    }
    case 'update': {
      const from = each.stale ? old : now
      await admin.update(Deployment, { ...from, spec: { ...from.spec, replicas: each.replicas } })
    }
  }
}

function checkStep(t: ExecutionContext, each: Step, before: View, after: View, refused: boolean): void {
  const specChanged = canonicalJson(before.spec) !== canonicalJson(after.spec)
  t.is((after.metadata.generation ?? 0) - (before.metadata.generation ?? 0), specChanged ? 1 : 0, 'generation')
  const same = canonicalJson({ ...before, metadata: withoutRevision(before) })
  const changed = same !== canonicalJson({ ...after, metadata: withoutRevision(after) })
  t.is(before.metadata.resourceVersion !== after.metadata.resourceVersion, changed, 'resourceVersion')
  if (each.do === 'status') t.false(specChanged, 'a status write leaves the spec')
  else t.deepEqual(after.status, before.status, 'only a status write changes status')
  if (refused || each.do === 'dry run') t.is(after, before, 'nothing happened')
  t.is(after.metadata.uid, before.metadata.uid)
}

function withoutRevision({ metadata }: View) {
  const { resourceVersion: _, ...rest } = metadata
  return rest
}

test('whatever is written: generation follows the spec, resourceVersion the content, stale writes are refused', async t => {
  const { admin, close } = await openRegistry()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async steps => {
      await admin.delete(Deployment, key).catch(() => {})
      const states = [await admin.create(Deployment, fresh)]
      for (const each of steps) {
        const before = states.at(-1)!
        const old = states[0]!
        const isStale =
          each.do === 'update' && each.stale && old.metadata.resourceVersion !== before.metadata.resourceVersion
        const error = await perform(admin, each, old, before).then(
          () => undefined,
          (refusal: unknown) => refusal,
        )
        if (error !== undefined) t.true(error instanceof ApiError && error.reason === 'Conflict', String(error))
        t.is(error !== undefined, isStale)
        const after = await admin.get(Deployment, key)
        checkStep(t, each, before, after, error !== undefined)
        states.push(after)
      }
    }),
    { numRuns: 60 },
  )
  await close()
})

test('what the store cannot do is told as an ApiError', async t => {
  const store = await createMemoryStore()
  const open = await openRegistry({ store })
  for (const [code, status] of [
    ['full', 429],
    ['unknown-outcome', 504],
    ['unavailable', 503],
  ] as const) {
    const { txn } = store
    store.txn = () => Promise.reject(new StoreError(code, 'for the test'))
    const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'one' } }
    const error = await t.throwsAsync<ApiError>(open.admin.create(ConfigMap, object))
    t.true(error instanceof ApiError)
    t.is(error.code, status, code)
    store.txn = txn
  }
  await open.close()
})

/** Each suffix of a name is five draws. */
const SUFFIX_DRAWS = 5

test('a generated name that is taken is generated again', async t => {
  const seeded = new SeededRandom(7)
  let loaded = 0
  const random = { bytes: (count: number) => (loaded-- > 0 ? new Uint8Array(count) : seeded.bytes(count)) }
  const { admin, close } = await openRegistry({ random })
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', generateName: 'made-' } }
  loaded = SUFFIX_DRAWS
  t.is((await admin.create(ConfigMap, object)).metadata.name, 'made-bbbbb')
  loaded = SUFFIX_DRAWS
  t.regex((await admin.create(ConfigMap, object)).metadata.name, /^made-(?!bbbbb)[a-z0-9]{5}$/)
  await close()
})

test('a write of unknown outcome that did happen is read at once, however late its news', async t => {
  const inner = await createMemoryStore()
  const store = new Proxy(inner, {
    get(target, property) {
      if (property === 'txn' && isFailing) {
        return async (txn: Txn) => {
          isFailing = false
          await target.txn(txn)
          throw new StoreError('unknown-outcome', 'the connection broke')
        }
      }
      if (property === 'watch') {
        return (prefix: string, from: number, watcher: StoreWatcher) =>
          target.watch(prefix, from, {
            ...watcher,
            onEvents: (revision, events) => setTimeout(() => watcher.onEvents(revision, events), LATE_MS),
          })
      }
      const value = Reflect.get(target, property, target)
      return typeof value === 'function' ? value.bind(target) : value
    },
  })
  let isFailing = false
  const { admin, close } = await openRegistry({ store })
  isFailing = true
  const made = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace: 'default', name: 'made' } }
  await t.throwsAsync(admin.create(ConfigMap, made), { message: /may or may not|connection broke/ })
  t.is((await admin.get(ConfigMap, made.metadata)).metadata.name, 'made')
  await close()
})
