import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import type { Benchmark, Figure } from './figure.ts'

/**
 * `npm run bench [-- NAME...] [-- --json FILE]`: each figure stands beside a peer or a floor measured in the same run,
 * because absolute figures mean nothing on a shared machine. It reports; it never fails because of a figure.
 */
const BENCHMARKS: Readonly<Record<string, () => Promise<{ readonly benchmark: Benchmark }>>> = {
  store: () => import('./store.ts'),
  api: () => import('./api.ts'),
  watch: () => import('./watch.ts'),
  push: () => import('./push.ts'),
  idle: () => import('./idle.ts'),
}

const { values, positionals } = parseArgs({ options: { json: { type: 'string' } }, allowPositionals: true })
const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS)
const figures: Figure[] = []

for (const name of names) {
  const load = BENCHMARKS[name]
  if (load === undefined) {
    console.error(`There is no benchmark named ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}.`)
    process.exitCode = 1
    continue
  }
  console.log(`\n${name}`)
  for await (const figure of (await load()).benchmark()) {
    figures.push(figure)
    console.log(`  ${formatFigure(figure)}`)
  }
}
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(figures, undefined, 2)}\n`)

function formatFigure({ name, value, unit, reference, referenceValue, ratio }: Figure): string {
  const own = `${name.padEnd(46)} ${formatNumber(value)} ${unit}`
  if (referenceValue === undefined) return own
  return `${own.padEnd(70)} ${ratio?.toFixed(2)}x of ${reference} (${formatNumber(referenceValue)} ${unit})`
}

function formatNumber(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(3)
}
