import { ratePerSecond } from './figure.ts'

interface Load {
  readonly clients: number
  readonly times: number
  readonly work: (at: number) => Promise<unknown>
}

const TURNS = 10

/** How many of each were done a second, run in turns so that all of them see the same machine. */
export async function ratesInTurns(loads: readonly Load[]): Promise<number[]> {
  const seconds = loads.map(() => 0)
  for (let turn = 0; turn < TURNS; turn++) {
    for (const [index, { clients, times, work }] of loads.entries()) {
      const each = times / TURNS
      seconds[index]! += each / (await ratePerSecond(each, clients, at => work(turn * each + at)))
    }
  }
  return loads.map(({ times }, index) => times / seconds[index]!)
}
