import test from 'ava'
import type { Kind } from '../../src/api/kind.ts'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { KeptObject } from '../../src/registry/kept-object.ts'
import { WATCH_WINDOW_BYTES_MAX, WATCH_WINDOW_EVENTS, WatchWindow } from '../../src/registry/watch-window.ts'

function event(revision: number, bytes = 10) {
  const current = new KeptObject(ConfigMap as unknown as Kind, { name: 'one' }, revision, new Uint8Array(bytes))
  return { revision, current, previous: undefined }
}

const revisions = (window: WatchWindow, after: number) => window.after(after)?.map(each => each.revision)

test('it holds what happened after its floor', t => {
  const window = new WatchWindow(10)
  for (const revision of [12, 15, 20]) window.add(event(revision))
  t.deepEqual(revisions(window, 10), [12, 15, 20])
  t.deepEqual(revisions(window, 12), [15, 20])
  t.deepEqual(revisions(window, 14), [15, 20])
  t.deepEqual(revisions(window, 20), [])
  t.is(revisions(window, 9), undefined)
})

test('the floor is the last event that was dropped, and the promised number stays', t => {
  const window = new WatchWindow(0)
  for (let at = 1; at <= 5 * WATCH_WINDOW_EVENTS + 7; at++) {
    window.add(event(at * 3))
    const held = window.after(window.floor)?.length ?? 0
    t.true(held >= Math.min(at, WATCH_WINDOW_EVENTS) && held < 2 * WATCH_WINDOW_EVENTS)
  }
  t.is(window.floor % 3, 0)
  t.is(revisions(window, window.floor)?.[0], window.floor + 3)
  t.is(window.after(window.floor - 1), undefined)
})

test('big objects do not pile up', t => {
  const window = new WatchWindow(0)
  const bytes = WATCH_WINDOW_BYTES_MAX / 16
  for (let at = 1; at <= 100; at++) {
    window.add(event(at, bytes))
    const held = window.after(window.floor) ?? []
    t.true(held.length * bytes <= WATCH_WINDOW_BYTES_MAX)
    t.is(held.at(-1)?.revision, at)
  }
})
