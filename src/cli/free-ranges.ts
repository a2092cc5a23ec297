import { readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import type { Ranges } from './serving-options.ts'

const CHOICES = 12

/**
 * The first ranges of addresses that nothing on this machine uses: another cluster's pods and services would answer in
 * place of ours. Looks at routes, interfaces and (for 127.0.0.0/8) at sockets that listen. Linux; elsewhere the first.
 */
export function findFreeRanges(standard: Ranges): Ranges {
  const used = usedAddresses()
  for (let offset = 0; offset < CHOICES; offset++) {
    const ranges = {
      serviceCidr: shifted(standard.serviceCidr, offset * 2),
      clusterCidr: shifted(standard.clusterCidr, standard.clusterCidr.startsWith('127.') ? offset * 2 : -offset),
    }
    const prefixes = Object.values(ranges).map(prefixOf)
    if (!used.some(address => prefixes.some(prefix => address.startsWith(prefix)))) return ranges
  }
  return standard
}

/** `10.96.0.0/16` moved by 2 is `10.98.0.0/16`. */
function shifted(cidr: string, by: number): string {
  const [first, second, ...rest] = cidr.split('.')
  return [first, Number(second) + by, ...rest].join('.')
}

/** `10.96.0.0/16` -> `10.96.`. */
function prefixOf(cidr: string): string {
  return cidr.split('.').slice(0, 2).join('.').concat('.')
}

function usedAddresses(): string[] {
  const own = Object.values(networkInterfaces()).flatMap(each => each?.map(({ address }) => address) ?? [])
  return [...own, ...readAddresses('/proc/net/route'), ...readAddresses('/proc/net/tcp', isListening)]
}

/** Addresses of the second column of a table in `/proc/net`, written there as little-endian hexadecimal numbers. */
function readAddresses(path: string, isWanted: (fields: readonly string[]) => boolean = () => true): string[] {
  try {
    const rows = readFileSync(path, 'latin1').trim().split('\n').slice(1)
    return rows
      .map(row => row.trim().split(/\s+/))
      .filter(isWanted)
      .map(fields => decodeAddress(fields[1] ?? ''))
  } catch {
    return []
  }
}

function isListening(fields: readonly string[]): boolean {
  return fields[3] === '0A'
}

function decodeAddress(hexadecimal: string): string {
  const bytes = hexadecimal.slice(0, 8).match(/../g) ?? []
  return bytes
    .reverse()
    .map(byte => Number.parseInt(byte, 16))
    .join('.')
}
