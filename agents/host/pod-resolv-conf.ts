import { readFileSync } from 'node:fs'

const OWN = '/etc/resolv.conf'
const BEHIND_LOCAL_RESOLVER = '/run/systemd/resolve/resolv.conf'

/**
 * What a pod with a network of its own needs as /etc/resolv.conf; empty when the machine's own will do. A resolver on the
 * machine's loopback (systemd-resolved) cannot be reached from there: the servers it asks are taken instead.
 */
export function readPodResolvConf(own = readText(OWN), behind = readText(BEHIND_LOCAL_RESOLVER)): string {
  const servers = [...own.matchAll(/^\s*nameserver\s+(\S+)/gm)].map(match => match[1]!)
  const isLocal = servers.length > 0 && servers.every(each => each.startsWith('127.') || each === '::1')
  return isLocal ? behind : ''
}

/** The machine's own. */
export function readResolvConf(): string {
  return readText(OWN)
}

/** IPv4 addresses of the name servers that a resolv.conf names. */
export function nameServersOf(text: string): readonly string[] {
  return [...text.matchAll(/^\s*nameserver\s+(\d+\.\d+\.\d+\.\d+)\s*$/gm)].map(match => match[1]!)
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
