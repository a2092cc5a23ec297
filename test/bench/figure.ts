/** One measured figure, beside what it is compared with. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  /** What was measured in the same run to compare with. */
  readonly reference?: string
  readonly referenceValue?: number
  /** value / referenceValue. */
  readonly ratio?: number
}

export type Benchmark = () => AsyncIterable<Figure>

export function figure(name: string, value: number, unit: string, reference?: readonly [string, number]): Figure {
  if (reference === undefined) return { name, value, unit }
  const [referenceName, referenceValue] = reference
  return { name, value, unit, reference: referenceName, referenceValue, ratio: value / referenceValue }
}

/** The `fraction` quantile of samples, e.g. 0.5 and 0.99. */
export function quantile(samples: readonly number[], fraction: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN
}

/** Runs `work` `times` times, one after the other; milliseconds each. */
export async function timeEach(times: number, work: (at: number) => Promise<unknown> | unknown): Promise<number[]> {
  const samples: number[] = []
  for (let at = 0; at < times; at++) {
    const start = performance.now()
    await work(at)
    samples.push(performance.now() - start)
  }
  return samples
}

/** Runs `work` `times` times with `clients` under way at once; how many were done each second. */
export async function ratePerSecond(
  times: number,
  clients: number,
  work: (at: number) => Promise<unknown>,
): Promise<number> {
  let next = 0
  const start = performance.now()
  const client = async () => {
    while (next < times) await work(next++)
  }
  await Promise.all(Array.from({ length: clients }, client))
  return times / ((performance.now() - start) / 1000)
}
