import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import type { SubjectNames } from './pki/sign-certificate.ts'

/** Names an API server has wherever it runs. */
const OWN_NAMES: SubjectNames = {
  dns: [
    'localhost',
    'kubernetes',
    'kubernetes.default',
    'kubernetes.default.svc',
    'kubernetes.default.svc.cluster.local',
  ],
  ip: ['127.0.0.1', '::1'],
}
const WILDCARD_ADDRESSES = new Set(['0.0.0.0', '::'])

/** What a server that listens on `host` may be called: it stands in its certificate, and is accepted as `Host`. */
export function serverNames(host: string, more: SubjectNames = { dns: [], ip: [] }): SubjectNames {
  const own = WILDCARD_ADDRESSES.has(host) ? machineAddresses() : [host]
  const all = [...own, ...more.dns, ...more.ip]
  return {
    dns: [...new Set([...OWN_NAMES.dns, ...all.filter(name => isIP(name) === 0)])],
    ip: [...new Set([...OWN_NAMES.ip, ...all.filter(name => isIP(name) !== 0)])],
  }
}

/** What others call a server that listens on `host`: an address of this machine where it listens on all. */
export function addressForOthers(host: string): string {
  if (!WILDCARD_ADDRESSES.has(host)) return host
  return machineAddresses().find(address => isIP(address) === 4) ?? '127.0.0.1'
}

/** What this machine itself calls it. */
export function addressForSelf(host: string): string {
  return WILDCARD_ADDRESSES.has(host) ? '127.0.0.1' : host
}

/** Link-local ones are left out: they need a zone and are no names to be certified. */
function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap(addresses => addresses ?? [])
    .filter(({ internal, scopeid }) => !internal && !scopeid)
    .map(({ address }) => address)
}
