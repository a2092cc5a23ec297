import { RuntimeError } from './runtime-driver.ts'

/** Gives pods of this node their addresses from one range, the longest unused first. IPv4. */
export class AddressPool {
  readonly #first: number
  readonly #count: number
  #next: number

  /** `start`: which address of the range comes first (0-based), so that two clusters of a machine seldom meet. */
  constructor(cidr: string, start = 0) {
    const [address = '', bits = '32'] = cidr.split('/')
    const size = 2 ** (32 - Number(bits))
    // Network and broadcast address are not given out.
    this.#first = toNumber(address) + 1
    this.#count = size - 2
    if (!(this.#count > 0) || Number.isNaN(this.#first)) throw new Error(`${cidr} is no range of pod addresses`)
    this.#next = start % this.#count
  }

  allocate(used: ReadonlySet<string>): string {
    for (let tries = 0; tries < this.#count; tries++) {
      const address = toText(this.#first + this.#next)
      this.#next = (this.#next + 1) % this.#count
      if (!used.has(address)) return address
    }
    throw new RuntimeError('FailedCreatePodSandBox', `all ${this.#count} pod addresses of this node are in use`)
  }
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function toText(address: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(address / 2 ** shift) % 256).join('.')
}
