import test from 'ava'
import type { Random } from '../../../src/lib/random.ts'
import { randomFraction, randomInt, randomSuffix, randomUuid } from '../../../src/lib/random.ts'
import { systemRandom } from '../../../src/lib/system-random.ts'
import { SeededRandom } from '../../simulation/world/seeded-random.ts'

/** The contract of `Random`, and of what is drawn from it. */
function randomSuite(name: string, random: Random): void {
  test(`${name}: as many bytes as asked for, all values, not all the same`, t => {
    t.is(random.bytes(0).length, 0)
    const bytes = random.bytes(10_000)
    t.is(bytes.length, 10_000)
    t.is(new Set(bytes).size, 256)
  })

  test(`${name}: fractions and whole numbers stay in their range and are spread over it`, t => {
    const counts = new Array<number>(10).fill(0)
    for (let draw = 0; draw < 5_000; draw++) {
      const fraction = randomFraction(random)
      t.true(fraction >= 0 && fraction < 1)
      const number = randomInt(random, 10)
      counts[number] = (counts[number] ?? 0) + 1
    }
    t.is(counts.length, 10)
    t.true(
      counts.every(count => count > 350 && count < 650),
      counts.join(' '),
    )
  })

  test(`${name}: UUIDs are of version 4, and names end in safe letters`, t => {
    t.regex(randomUuid(random), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    t.not(randomUuid(random), randomUuid(random))
    t.regex(randomSuffix(random), /^[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })
}

randomSuite('system', systemRandom)
randomSuite('seeded', new SeededRandom(7))

test('the same seed draws the same, another seed something else', t => {
  const draw = (seed: number) => [...new SeededRandom(seed).bytes(16)]
  t.deepEqual(draw(1), draw(1))
  t.notDeepEqual(draw(1), draw(2))
})
