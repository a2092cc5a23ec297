import { resolve } from 'node:path'
import { systemClock } from '../../lib/system-clock.ts'
import { systemRandom } from '../../lib/system-random.ts'
import { openPki } from '../../server/pki/pki.ts'
import { claimPodRange } from '../claim-pod-range.ts'
import { findDataDirectory } from '../data-directory.ts'
import { checkNodeName } from '../node-names.ts'
import { UsageError } from '../usage-error.ts'
import { writeNodeKubeconfig } from '../write-node-kubeconfig.ts'

/** `pintle node add <name>`: what a further machine needs to join, in one file. The server may be running or not. */
export async function addNode(
  nodeName: string,
  options: { readonly dataDir?: string; readonly file?: string },
): Promise<void> {
  checkNodeName('a node', nodeName)
  const directory = findDataDirectory(options.dataDir)
  const { apiHost: host, apiPort: port, serviceCidr, clusterCidr } = directory.readServerState() ?? {}
  if (host === undefined || port === undefined || serviceCidr === undefined || clusterCidr === undefined) {
    throw new UsageError(
      `no server was ever started with ${directory.path}. Start one with 'pintle server', or name its directory with --data-dir`,
    )
  }
  if (/^(127\.|::1$|localhost$)/.test(host)) {
    console.error(
      `The API listens on ${host} only, which other machines cannot reach: for them, start the server with --api-address <address of this machine>:${port}`,
    )
  }
  const path = resolve(options.file ?? `${nodeName}.kubeconfig`)
  const pki = await openPki({ directory: directory.pki(), clock: systemClock, random: systemRandom })
  const ranges = { podCidr: claimPodRange(directory, nodeName, clusterCidr), serviceCidr }
  await writeNodeKubeconfig(path, { nodeName, api: { host, port }, pki, ranges })
  console.log(`Wrote ${path}: take it to the machine of ${nodeName} and run there
  pintle agent --kubeconfig ${nodeName}.kubeconfig`)
}
