import test from 'ava'
import fc from 'fast-check'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import type { StoredObject, WatchSink } from '../../src/registry/registry.ts'
import { settle } from '../simulation/world/virtual-clock.ts'
import { type OpenRegistry, openRegistry } from './open-registry.ts'
import { adminContext, servedKind } from './requests.ts'

/** What a client holds that does nothing but believe its watch. */
class Replica implements WatchSink {
  readonly objects = new Map<string, string>()
  readonly troubles: string[] = []
  revision = 0

  constructor(objects: readonly StoredObject[], revision: number) {
    for (const object of objects) this.objects.set(object.key.name, String(object.revision))
    this.revision = revision
  }

  event(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: StoredObject): void {
    const { name } = object.key
    if (object.revision <= this.revision) this.troubles.push(`${type} ${name} at ${object.revision} came late`)
    if ((type === 'ADDED') === this.objects.has(name)) this.troubles.push(`${type} ${name} does not fit what is held`)
    this.revision = object.revision
    if (type === 'DELETED') this.objects.delete(name)
    else this.objects.set(name, String(object.revision))
  }

  bookmark(): void {}

  end(error: Error | undefined): void {
    this.troubles.push(`ended: ${error}`)
  }
}

const name = fc.constantFrom('a', 'b', 'c', 'd')
const label = fc.constantFrom('red', 'blue')
const step = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant('put' as const), name, label, value: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('delete' as const), name }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('watch' as const), label: fc.option(label) }) },
)
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never

async function write(open: OpenRegistry, each: Exclude<Step, { do: 'watch' }>): Promise<void> {
  const key = { namespace: 'default', name: each.name }
  if (each.do === 'delete') {
    await open.admin.delete(ConfigMap, key).catch(() => {})
    return
  }
  const metadata = { ...key, labels: { colour: each.label } }
  const object = { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { value: String(each.value) } }
  await open.admin.apply(ConfigMap, object, { fieldManager: 'test', force: true })
}

test('a watch from a list replays to what a later list shows, whatever is written and selected', async t => {
  const open = await openRegistry()
  const target = { served: servedKind(open.registry, ConfigMap), namespace: 'default' }
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async steps => {
      const replicas: { readonly replica: Replica; readonly selector: string; stop(): void }[] = []
      for (const each of steps) {
        if (each.do !== 'watch') {
          await write(open, each)
          continue
        }
        const selector = each.label === null ? '' : `colour=${each.label}`
        const list = await open.registry.list(adminContext(), target, { labelSelector: selector })
        const replica = new Replica(list.items, list.revision)
        const request = { labelSelector: selector, resourceVersion: String(list.revision), allowBookmarks: false }
        const handle = await open.registry.watch(adminContext(), target, request, replica)
        replicas.push({ replica, selector, stop: () => handle.stop() })
      }
      await settle()
      for (const { replica, selector, stop } of replicas) {
        stop()
        const { items } = await open.registry.list(adminContext(), target, { labelSelector: selector })
        const expected = items.map(item => [item.key.name, String(item.revision)])
        t.deepEqual([...replica.objects].toSorted(), expected)
        t.deepEqual(replica.troubles, [])
      }
    }),
    { numRuns: 60 },
  )
  await open.close()
})

test('pages of a list are one state, whatever is written between them', async t => {
  const open = await openRegistry()
  const target = { served: servedKind(open.registry, ConfigMap), namespace: 'default' }
  const writes = fc.array(step, { minLength: 1, maxLength: 10 })
  await fc.assert(
    fc.asyncProperty(writes, writes, fc.integer({ min: 1, max: 3 }), async (before, between, limit) => {
      for (const each of before) if (each.do !== 'watch') await write(open, each)
      const whole = await open.registry.list(adminContext(), target, {})
      const pages: string[] = []
      let next: string | undefined
      do {
        const page = await open.registry.list(adminContext(), target, { limit, ...(next && { continue: next }) })
        t.is(page.revision, whole.revision)
        for (const item of page.items) pages.push(`${item.key.name}@${item.revision}`)
        next = page.continue
        for (const each of between) if (each.do !== 'watch') await write(open, each)
      } while (next !== undefined)
      t.deepEqual(
        pages,
        whole.items.map(item => `${item.key.name}@${item.revision}`),
      )
    }),
    { numRuns: 60 },
  )
  await open.close()
})
