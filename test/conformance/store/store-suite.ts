import type { ExecutionContext, TestFn } from 'ava'
import fc from 'fast-check'
import { compareKeys } from '../../../src/store/key-order.ts'
import type { Operation, Store, StoreError, StoreEvent } from '../../../src/store/store.ts'

/** The contract of `Store`, as checks that every implementation passes. `open` gives an empty store. */
export function storeSuite(test: TestFn, name: string, open: () => Promise<Store>): void {
  const check = (title: string, body: (t: ExecutionContext, store: Store) => Promise<void>) =>
    test(`${name}: ${title}`, async t => {
      const store = await open()
      try {
        await body(t, store)
      } finally {
        await store.close()
      }
    })

  check('a key that was never written does not exist', async (t, store) => {
    t.is((await store.get('/a')).kv, undefined)
    t.deepEqual((await store.range('/')).kvs, [])
  })

  check('a write is read back with its revisions', async (t, store) => {
    const first = await put(store, '/a', 'one')
    const second = await put(store, '/a', 'two')
    t.is(second, first + 1)
    const { kv, revision } = await store.get('/a')
    t.is(revision, second)
    t.is(kv?.createRevision, first)
    t.is(kv?.modRevision, second)
    t.is(text(kv?.value), 'two')
  })

  check('an old revision is still read', async (t, store) => {
    const first = await put(store, '/a', 'one')
    await put(store, '/a', 'two')
    const gone = await store.txn({ compares: [], operations: [{ type: 'delete', key: '/a' }] })
    t.is(text((await store.get('/a', { revision: first })).kv?.value), 'one')
    t.is((await store.get('/a')).kv, undefined)
    t.is((await store.range('/', { revision: gone.revision - 1 })).kvs.length, 1)
    t.is(await codeOf(store.get('/a', { revision: gone.revision + 5 })), 'future-revision')
  })

  check('a compare that fails writes nothing and says what stands there', async (t, store) => {
    const first = await put(store, '/a', 'one')
    const refused = await store.txn({
      compares: [{ key: '/a', modRevision: 0 }],
      operations: [{ type: 'put', key: '/a', value: bytes('two') }],
      readOnFailure: ['/a', '/b'],
    })
    t.false(refused.succeeded)
    t.deepEqual(refused.failed, ['/a'])
    t.is(text(refused.values[0]?.value), 'one')
    t.is(refused.values[1], undefined)
    t.is(store.revision, first)
  })

  check('of writes with the same compare exactly one succeeds, and the refused see it', async (t, store) => {
    const first = await put(store, '/a', 'start')
    const attempts = Array.from({ length: 20 }, async (_, at) => {
      const result = await store.txn({
        compares: [{ key: '/a', modRevision: first }],
        operations: [{ type: 'put', key: '/a', value: bytes(String(at)) }],
        readOnFailure: ['/a'],
      })
      if (!result.succeeded) t.not(text(result.values[0]?.value), 'start')
      return result.succeeded
    })
    t.is((await Promise.all(attempts)).filter(Boolean).length, 1)
  })

  check('several operations are one revision and one delivery', async (t, store) => {
    const deliveries: (readonly StoreEvent[])[] = []
    const watch = store.watch('/', store.revision + 1, {
      onEvents: (_, events) => deliveries.push(events),
      onEnd: () => {},
    })
    await store.txn({
      compares: [],
      operations: [
        { type: 'put', key: '/b', value: bytes('1') },
        { type: 'put', key: '/a', value: bytes('2') },
      ],
    })
    await until(() => deliveries.length > 0)
    t.deepEqual(
      deliveries.map(events => events.map(event => event.key)),
      [['/a', '/b']],
    )
    watch.cancel()
  })

  check('ranges are in UTF-8 order, cut by limit, continued after a key', async (t, store) => {
    const keys = ['/a', '/b', '/é', '/\uffee', '/\u{1f600}', '/z']
    for (const key of keys) await put(store, key, key)
    await put(store, '0', 'outside')
    const sorted = [...keys].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    t.deepEqual(
      (await store.range('/')).kvs.map(kv => kv.key),
      sorted,
    )
    const page = await store.range('/', { limit: 4 })
    t.true(page.more)
    t.is(page.count, 6)
    const rest = await store.range('/', { after: page.kvs.at(-1)!.key, revision: page.revision, limit: 4 })
    t.false(rest.more)
    t.deepEqual(
      [...page.kvs, ...rest.kvs].map(kv => kv.key),
      sorted,
    )
  })

  check('a watch from a past revision misses nothing and repeats nothing', async (t, store) => {
    const from = await put(store, '/w/1', 'a')
    await put(store, '/other', 'x')
    await put(store, '/w/2', 'b')
    const seen: string[] = []
    const watch = store.watch('/w/', from, {
      onEvents: (revision, events) => seen.push(...events.map(event => `${revision} ${event.type} ${event.key}`)),
      onEnd: () => {},
    })
    await store.txn({ compares: [], operations: [{ type: 'delete', key: '/w/1' }] })
    await until(() => seen.length === 3)
    t.deepEqual(seen, [`${from} put /w/1`, `${from + 2} put /w/2`, `${from + 3} delete /w/1`])
    watch.cancel()
  })

  check('an event carries what stood there before', async (t, store) => {
    const first = await put(store, '/a', 'one')
    const events: StoreEvent[] = []
    store.watch('/', first + 1, { onEvents: (_, each) => events.push(...each), onEnd: () => {} })
    await put(store, '/a', 'two')
    await until(() => events.length === 1)
    t.is(text(events[0]?.previous?.value), 'one')
    t.is(events[0]?.createRevision, first)
  })

  check('a cancelled watch hears nothing more', async (t, store) => {
    let heard = 0
    store.watch('/', store.revision + 1, { onEvents: () => heard++, onEnd: () => heard++ }).cancel()
    await put(store, '/a', 'one')
    t.is(heard, 0)
  })

  check('what is compacted can be neither read nor watched, what is kept can', async (t, store) => {
    const first = await put(store, '/a', 'one')
    await put(store, '/a', 'two')
    const third = await put(store, '/b', 'three')
    await store.compact(third - 1)
    t.is(await codeOf(store.get('/a', { revision: first })), 'compacted')
    t.is(text((await store.get('/a')).kv?.value), 'two')
    const ended = await new Promise<StoreError>(resolve => {
      store.watch('/', first, { onEvents: () => {}, onEnd: resolve })
    })
    t.is(ended.code, 'compacted')
    const events: StoreEvent[] = []
    store.watch('/', third, { onEvents: (_, each) => events.push(...each), onEnd: () => {} })
    await until(() => events.length === 1)
    t.is(events[0]?.key, '/b')
  })

  check('deleting what does not exist is no write', async (t, store) => {
    const before = await put(store, '/a', 'one')
    const result = await store.txn({ compares: [], operations: [{ type: 'delete', key: '/none' }] })
    t.true(result.succeeded)
    t.is(result.revision, before)
  })

  check('what is too large is refused', async (t, store) => {
    const value = new Uint8Array(1.5 * 1024 * 1024 + 1)
    t.is(await codeOf(store.txn({ compares: [], operations: [{ type: 'put', key: '/a', value }] })), 'too-large')
    const operations = Array.from(
      { length: 129 },
      (_, at): Operation => ({ type: 'put', key: `/${at}`, value: bytes('') }),
    )
    t.is(await codeOf(store.txn({ compares: [], operations })), 'too-large')
  })

  test(`${name}: after close everything is refused and watches end`, async t => {
    const store = await open()
    const ended = new Promise<StoreError>(resolve =>
      store.watch('/', 1 + store.revision, { onEvents: () => {}, onEnd: resolve }),
    )
    const last = put(store, '/a', 'one')
    await store.close()
    t.true((await last) > 0)
    t.is((await ended).code, 'closed')
    t.is(await codeOf(store.get('/a')), 'closed')
  })

  test(`${name}: any interleaving equals the model, and a watch equals the replay of the writes`, async t => {
    const step = fc.record({
      key: fc.constantFrom('/k/1', '/k/2', '/k/3'),
      action: fc.constantFrom('put', 'delete', 'stale', 'create'),
      wait: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async steps => {
        const store = await open()
        const replay = new Map<string, string>()
        let lastRevision = store.revision
        store.watch('/k/', store.revision + 1, {
          onEvents: (revision, events) => {
            t.true(revision > lastRevision)
            lastRevision = revision
            for (const event of events) {
              if (event.value === undefined) replay.delete(event.key)
              else replay.set(event.key, text(event.value)!)
            }
          },
          onEnd: () => {},
        })
        const model = new Map<string, string>()
        const pending: Promise<unknown>[] = []
        for (const [at, { key, action, wait }] of steps.entries()) {
          const value = `${action}-${at}`
          const compares =
            action === 'create' ? [{ key, modRevision: 0 }] : action === 'stale' ? [{ key, modRevision: -1 }] : []
          const operation: Operation =
            action === 'delete' ? { type: 'delete', key } : { type: 'put', key, value: bytes(value) }
          const expected = action === 'stale' ? false : action === 'create' ? !model.has(key) : true
          if (expected && action === 'delete') model.delete(key)
          else if (expected) model.set(key, value)
          const done = store.txn({ compares, operations: [operation] }).then(result => t.is(result.succeeded, expected))
          if (wait) await done
          else pending.push(done)
        }
        await Promise.all(pending)
        const { kvs } = await store.range('/k/')
        t.deepEqual(
          new Map(kvs.map(kv => [kv.key, text(kv.value)])),
          new Map([...model].sort(([a], [b]) => compareKeys(a, b))),
        )
        await until(() => replay.size === model.size && [...model].every(([key, value]) => replay.get(key) === value))
        await store.close()
      }),
      { numRuns: 25 },
    )
  })
}

const bytes = (value: string) => new TextEncoder().encode(value)
const text = (value: Uint8Array | undefined) => (value === undefined ? undefined : new TextDecoder().decode(value))

async function put(store: Store, key: string, value: string): Promise<number> {
  return (await store.txn({ compares: [], operations: [{ type: 'put', key, value: bytes(value) }] })).revision
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'none',
    (error: StoreError) => error.code,
  )
}

/** Waits, at most five seconds, for something that a store may deliver a little later. */
async function until(holds: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt++) {
    if (holds()) return
    await new Promise(resolve => setTimeout(resolve, 10))
  }
  throw new Error('waited five seconds in vain')
}
