import type { OffloadJob } from '../../../src/lib/offload.ts'

/** A job for tests: doubles numbers, refuses negative ones. */
export const doublingJob: OffloadJob<number, number> = {
  name: 'double a number',
  module: import.meta.url,
  exportName: 'double',
  work: double,
}

export function double(number: number): number {
  if (number < 0) throw new RangeError(`${number} is negative`)
  return number * 2
}
