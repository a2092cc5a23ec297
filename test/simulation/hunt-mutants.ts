import { fork, spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { WORKER_ARGUMENTS } from './run-seeds.ts'
import type { SeedReport } from './seed-worker.ts'

const ROOT = resolve(import.meta.dirname, '..', '..')
const FOUND_AS = 'Found-As: '
const MUTANTS = join(import.meta.dirname, 'mutants')

/** Known bugs, each a patch: the simulator is good only as long as it finds them. Returns the exit code. */
export async function huntMutants(options: {
  readonly only: string | undefined
  readonly seeds: number
}): Promise<number> {
  const names = readdirSync(MUTANTS)
    .filter(file => file.endsWith('.patch'))
    .map(file => file.slice(0, -'.patch'.length))
    .filter(name => options.only === undefined || name === options.only)
  let missed = 0
  for (const name of names) {
    const found = await findMutant(name, options.seeds)
    if (found === undefined) missed += 1
    const outcome =
      found === undefined ? `NOT FOUND in ${options.seeds} seeds` : `seed ${found.seed}: ${found.violation}`
    console.log(`${name.padEnd(36)} ${outcome.slice(0, 200)}`)
  }
  console.log(`${names.length} mutants, ${missed} not found`)
  return missed === 0 && names.length > 0 ? 0 : 1
}

/** The first seed that shows the mutant; undefined when none of them does. */
export async function findMutant(name: string, seeds: number): Promise<SeedReport | undefined> {
  const copy = copyWith(name)
  try {
    return await firstViolation(copy, seeds, expectedOf(name))
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

/** Its own reasons, from the head of the patch: another violation may be an accident. */
function expectedOf(name: string): readonly string[] {
  const lines = readFileSync(join(MUTANTS, `${name}.patch`), 'utf8').split('\n')
  const expected = lines.flatMap(line => (line.startsWith(FOUND_AS) ? [line.slice(FOUND_AS.length)] : []))
  if (expected.length === 0) throw new Error(`${name}.patch does not say "${FOUND_AS}..."`)
  return expected
}

/** A copy of the sources with the patch applied. */
function copyWith(name: string): string {
  const copy = mkdtempSync(join(tmpdir(), 'pintle-mutant-'))
  for (const part of ['src', 'agents', 'policies', 'test/simulation', 'package.json']) {
    cpSync(join(ROOT, part), join(copy, part), { recursive: true })
  }
  symlinkSync(join(ROOT, 'node_modules'), join(copy, 'node_modules'))
  const patch = spawnSync('git', ['apply', '--recount', join(MUTANTS, `${name}.patch`)], {
    cwd: copy,
    encoding: 'utf8',
  })
  if (patch.status !== 0) throw new Error(`mutant ${name} does not fit the sources any more: ${patch.stderr}`)
  return copy
}

/** One run of each seed is enough here: a bug shows in the first one. */
function firstViolation(copy: string, seeds: number, expected: readonly string[]): Promise<SeedReport | undefined> {
  return new Promise((resolve, reject) => {
    const worker = fork(join(copy, 'test/simulation/seed-worker.ts'), [], {
      cwd: copy,
      execArgv: WORKER_ARGUMENTS,
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    let seed = 1
    worker.on('message', (report: SeedReport) => {
      const isFound = expected.some(promise => report.violation?.startsWith(promise))
      if (!isFound && ++seed <= seeds) return worker.send({ seed, twice: false })
      worker.disconnect()
      return resolve(isFound ? report : undefined)
    })
    worker.on('error', reject)
    worker.on('exit', code => {
      if (code !== 0) reject(new Error(`a worker ended with code ${code} at seed ${seed}`))
    })
    worker.send({ seed, twice: false })
  })
}
