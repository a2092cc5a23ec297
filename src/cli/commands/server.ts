import { createLogger } from '../../lib/system-logger.ts'
import { addressForOthers } from '../../server/server-names.ts'
import { claimPodRange } from '../claim-pod-range.ts'
import { startControlPlane } from '../control-plane.ts'
import { findDataDirectory } from '../data-directory.ts'
import { checkNodeName } from '../node-names.ts'
import { untilTold } from '../run-until-told.ts'
import type { ServingOptions } from '../serving-options.ts'
import { chooseRanges } from '../serving-options.ts'
import { writeNodeKubeconfig } from '../write-node-kubeconfig.ts'

/** `pintle server`: the control plane alone, in the foreground; its log goes to standard error. */
export async function server(options: ServingOptions & { readonly node?: readonly string[] }): Promise<void> {
  const directory = findDataDirectory(options.dataDir)
  for (const name of options.node ?? []) checkNodeName('--node', name)
  directory.prepare()
  const lock = directory.lock()
  const farewell = untilTold()
  const log = createLogger(options.logFormat, line => process.stderr.write(`${line}\n`))
  const ranges = chooseRanges(options, directory.readServerState())
  const plane = await startControlPlane({ directory, serving: options, ranges, log })
  for (const name of options.node ?? []) {
    const path = directory.nodeKubeconfig(name)
    const podCidr = claimPodRange(directory, name, ranges.clusterCidr)
    await writeNodeKubeconfig(path, { ...plane, nodeName: name, ranges: { podCidr, serviceCidr: ranges.serviceCidr } })
    console.log(`Wrote ${path}: copy it to node ${name}, for pintle agent`)
  }
  directory.setReady()
  console.log(
    `Ready: API at https://${addressForOthers(plane.api.host)}:${plane.api.port}, kubeconfig ${directory.kubeconfig()}`,
  )
  await farewell
  directory.clearReady()
  await plane.stop()
  directory.forgetServer()
  lock.release()
  process.exit(0)
}
