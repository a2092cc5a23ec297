import { isIPv4 } from '../api/validation/ip-address.ts'
import { invariant } from '../lib/invariant.ts'

/** Addresses of an IPv4 network that may be given out: neither its network nor its broadcast address. */
export interface Ipv4Range {
  readonly cidr: string
  /** Number of addresses. */
  readonly size: number
  /** 0 is the first usable address. */
  at(index: number): string
  has(address: string): boolean
}

export function parseIpv4Range(cidr: string): Ipv4Range {
  const [address = '', bits = ''] = cidr.split('/')
  const prefix = Number(bits)
  invariant(isIPv4(address) && /^[0-9]+$/.test(bits) && prefix >= 8 && prefix <= 29, `${cidr} is no usable network`)
  const total = 2 ** (32 - prefix)
  const network = Math.floor(numberOf(address) / total) * total
  return {
    cidr,
    size: total - 2,
    at: index => format(network + 1 + index),
    has: text => isIPv4(text) && numberOf(text) > network && numberOf(text) < network + total - 1,
  }
}

function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}

function format(number: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
}

/** Where clusters have their name server: the tenth address of the service range. */
export function dnsAddressOf(serviceCidr: string): string {
  return parseIpv4Range(serviceCidr).at(9)
}
