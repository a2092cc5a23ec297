import { parseArgs } from 'node:util'
import { runSeed } from './run-seed.ts'

/** `npm run sim -- --seed N | --seeds K`: simulated clusters with faults; each seed is run twice and compared. */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string' },
    from: { type: 'string', default: '1' },
    verbose: { type: 'boolean' },
  },
})
const first = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds ?? 20) : 1
let failed = 0
const startedMs = performance.now()

for (let seed = first; seed < first + count; seed++) {
  const one = await runSeed(seed)
  const two = await runSeed(seed)
  if (values.verbose) console.log(one.tail.join('\n'))
  if (one.violation !== undefined) {
    failed += 1
    console.log(`seed ${seed}: ${one.violation.message}\n${one.tail.map(line => `    ${line}`).join('\n')}`)
  } else if (one.digest !== two.digest) {
    failed += 1
    console.log(`seed ${seed}: two runs differ (${one.steps} and ${two.steps} steps)`)
  }
}
const seconds = (performance.now() - startedMs) / 1000
console.log(`${count} seeds in ${seconds.toFixed(1)} s, ${failed} with violations`)
process.exitCode = failed === 0 ? 0 : 1
