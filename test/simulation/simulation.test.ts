import test from 'ava'
import { findMutant } from './hunt-mutants.ts'
import { runSeed } from './run-seed.ts'

const SEEDS = Array.from({ length: 15 }, (_, at) => at + 1)

test('no seed of a small sample breaks a promise', async t => {
  t.timeout(240_000)
  for (const seed of SEEDS) {
    const { violation, tail } = await runSeed(seed)
    if (violation !== undefined) t.log(tail.join('\n'))
    t.is(violation?.message, undefined, `npm run sim -- --seed ${seed}`)
  }
})

test('a seed replays exactly', async t => {
  t.timeout(60_000)
  const [first, second] = [await runSeed(SEEDS[0]!), await runSeed(SEEDS[0]!)]
  t.is(first.digest, second.digest)
  t.is(first.steps, second.steps)
})

test('a known bug is found', async t => {
  t.timeout(120_000)
  const found = await findMutant('prune-when-unreadable', 50)
  t.regex(found?.violation ?? '', /^nothing is pruned that Git still has, that cannot be read/)
})
