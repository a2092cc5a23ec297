import { findFreeRanges } from './free-ranges.ts'
import { UsageError } from './usage-error.ts'

/** Options that `up` and `server` share, as the command line gives them. */
export interface ServingOptions {
  readonly dataDir?: string
  readonly apiAddress?: string
  readonly httpAddress?: string
  readonly store: 'embedded'
  readonly serviceCidr?: string
  readonly clusterCidr?: string
  readonly logFormat: 'text' | 'json'
}

export interface AddressChoice {
  readonly host: string
  readonly port: number
  /** Given by hand: a taken port is an error. Otherwise the next free one is taken, and kept. */
  readonly isGiven: boolean
}

/** `127.0.0.1:6443`, `:6443`, `[::1]:6443`. */
export function chooseAddress(
  option: string,
  given: string | undefined,
  kept: number | undefined,
  standard: number,
): AddressChoice {
  if (given === undefined) return { host: '127.0.0.1', port: kept ?? standard, isGiven: false }
  const match = /^(?:\[([0-9a-f:.]+)\]|([^:[\]]*)):(\d{1,5})$/i.exec(given)
  const port = Number(match?.[3])
  if (match === null || port > 65_535) {
    throw new UsageError(`${option} takes host:port, for example 127.0.0.1:${standard}, not ${JSON.stringify(given)}`)
  }
  return { host: match[1] || match[2] || '127.0.0.1', port, isGiven: true }
}

export interface Ranges {
  readonly serviceCidr: string
  readonly clusterCidr: string
}

/**
 * Given by hand, or kept from an earlier start, or the first that nothing on this machine uses. Without root, addresses
 * are those that any user may bind.
 */
export function chooseRanges(
  options: Pick<ServingOptions, 'serviceCidr' | 'clusterCidr'>,
  kept: Partial<Ranges> | undefined,
): Ranges {
  const isRoot = process.getuid?.() === 0
  const standard = isRoot
    ? { serviceCidr: '10.96.0.0/16', clusterCidr: '10.244.0.0/16' }
    : { serviceCidr: '127.96.0.0/16', clusterCidr: '127.97.0.0/16' }
  const free = kept?.serviceCidr === undefined || kept.clusterCidr === undefined ? findFreeRanges(standard) : standard
  const serviceCidr = checkCidr('--service-cidr', options.serviceCidr ?? kept?.serviceCidr ?? free.serviceCidr)
  const clusterCidr = checkCidr('--cluster-cidr', options.clusterCidr ?? kept?.clusterCidr ?? free.clusterCidr)
  if (kept?.serviceCidr !== undefined && serviceCidr !== kept.serviceCidr) {
    throw new UsageError(
      `the services of this data directory have addresses of ${kept.serviceCidr}, which cannot be changed: leave --service-cidr out, or choose another --data-dir`,
    )
  }
  if (overlap(serviceCidr, clusterCidr)) {
    throw new UsageError(
      `services (--service-cidr ${serviceCidr}) and pods (--cluster-cidr ${clusterCidr}) would share addresses: choose ranges apart`,
    )
  }
  return { serviceCidr, clusterCidr }
}

function overlap(one: string, other: string): boolean {
  const bits = Math.min(...[one, other].map(each => Number(each.split('/')[1])))
  const network = (cidr: string) => Math.floor(addressNumber(cidr) / 2 ** (32 - bits))
  return network(one) === network(other)
}

function addressNumber(cidr: string): number {
  return cidr
    .split('/', 1)[0]!
    .split('.')
    .reduce((sum, part) => sum * 256 + Number(part), 0)
}

function checkCidr(option: string, text: string): string {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)\/(\d+)$/.exec(text)
  const isGood =
    match?.slice(1, 5).every(part => Number(part) < 256) && Number(match?.[5]) >= 8 && Number(match?.[5]) <= 24
  if (!isGood)
    throw new UsageError(
      `${option} takes an IPv4 range of /8 to /24, for example 10.96.0.0/16, not ${JSON.stringify(text)}`,
    )
  return text
}
