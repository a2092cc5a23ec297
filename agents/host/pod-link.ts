import { createHash } from 'node:crypto'
import { existsSync, writeFileSync } from 'node:fs'
import { runCommand, tryCommand } from './run-command.ts'

/**
 * A pod's network: a namespace pinned by a file, joined to the machine by a routed pair of links. No bridge, so nothing
 * depends on the machine's bridge settings; the pod's gateway is a link-local address answered by a fixed neighbour.
 */
const GATEWAY = '169.254.1.1'
const LINK_PREFIX = 'pin'

/** Name of the machine's end; an interface name has at most 15 characters. */
export function linkNameOf(uid: string): string {
  return `${LINK_PREFIX}${createHash('sha256').update(uid).digest('hex').slice(0, 10)}`
}

/** Makes a network namespace that lives as long as the file is mounted, without any process in it. */
export async function createNetworkNamespace(file: string): Promise<void> {
  writeFileSync(file, '', { mode: 0o600 })
  await runCommand(['unshare', `--net=${file}`, 'true'])
}

/** Wires the namespace: `eth0` with the pod's address inside, a route to it outside. */
export async function connectPod(namespaceFile: string, link: string, ip: string): Promise<void> {
  const mac = macOf(link)
  await runCommand(['nsenter', `--net=${namespaceFile}`, 'ip', '-batch', '-'], {
    input: lines(
      'link set lo up',
      `link add eth0 type veth peer name ${link} address ${mac} netns ${process.pid}`,
      `addr add ${ip}/32 dev eth0`,
      'link set eth0 up',
      `route add ${GATEWAY} dev eth0 scope link`,
      `neigh replace ${GATEWAY} lladdr ${mac} dev eth0 nud permanent`,
      `route add default via ${GATEWAY} dev eth0 src ${ip}`,
    ),
  })
  await runCommand(['ip', '-batch', '-'], { input: lines(`link set ${link} up`, `route replace ${ip}/32 dev ${link}`) })
  allowForwarding(link)
}

/** Removes the machine's end, and with it the pod's end and the route. Harmless when it is gone. */
export async function disconnectPod(link: string): Promise<void> {
  if (existsSync(`/sys/class/net/${link}`)) await tryCommand(['ip', 'link', 'del', link])
}

/** Locally administered, from the link's name: the same after every restart. */
function macOf(link: string): string {
  const hash = createHash('sha256').update(`mac ${link}`).digest('hex')
  return `02:${hash.slice(0, 10).match(/../g)!.join(':')}`
}

/** Packets from this link may be passed on; the machine's own setting stays as it is. */
function allowForwarding(link: string): void {
  writeFileSync(`/proc/sys/net/ipv4/conf/${link}/forwarding`, '1')
}

function lines(...each: string[]): string {
  return `${each.join('\n')}\n`
}
