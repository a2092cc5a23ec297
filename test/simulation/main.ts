import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { huntMutants } from './hunt-mutants.ts'
import { runSeeds } from './run-seeds.ts'

/**
 * `npm run sim -- --seed N` runs one simulated cluster with faults and says how it went; `--seeds K` runs many, `--from N`
 * says where to start; `--mutants` checks that known bugs are found. Each seed is run twice and its traces compared.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
    mutants: { type: 'boolean', default: false },
    /** Only this mutant. */
    mutant: { type: 'string' },
  },
})

if (values.mutants || values.mutant !== undefined) {
  process.exitCode = await huntMutants({
    only: values.mutant,
    seeds: values.seeds === '20' ? 2_000 : Number(values.seeds),
  })
} else {
  const first = Number(values.seed ?? values.from)
  const count = values.seed === undefined ? Number(values.seeds) : 1
  process.exitCode = await runSeeds({ first, count, jobs: Number(values.jobs) })
}
