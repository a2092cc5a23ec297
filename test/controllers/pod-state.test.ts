import test from 'ava'
import { isPodAvailable } from '../../src/controllers/pod-state.ts'
import { makePod, NOW_MS } from './objects.ts'

test('a ready pod is available once it has been ready for as long as is asked', t => {
  const pod = makePod({ name: 'a', readyForSeconds: 10 })
  t.true(isPodAvailable(pod, 10, NOW_MS))
  t.false(isPodAvailable(pod, 11, NOW_MS))
  t.false(isPodAvailable(makePod({ name: 'b' }), 0, NOW_MS))
})

test('a clock that was set back makes no ready pod unavailable', t => {
  t.true(isPodAvailable(makePod({ name: 'a', readyForSeconds: 10 }), 0, NOW_MS - 60_000))
})
