import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadKubeconfig } from '../client/kubeconfig.ts'
import { writeKubeconfig } from '../server/pki/kubeconfig.ts'
import type { ControlPlane } from './control-plane.ts'
import type { DataDirectory } from './data-directory.ts'

/** The file with which a node's agent proves who it is; kept while it is good for this server. */
export async function writeNodeKubeconfig(
  directory: DataDirectory,
  nodeName: string,
  plane: ControlPlane,
): Promise<string> {
  const path = join(directory.agent(), `${nodeName}.kubeconfig`)
  const server = `https://${plane.api.host}:${plane.api.port}`
  if (existsSync(path)) {
    const kept = await loadKubeconfig(path).catch(() => undefined)
    if (kept?.server === server && kept.ca === plane.pki.caCertificate) return path
  }
  await writeKubeconfig(path, {
    server,
    caCertificate: plane.pki.caCertificate,
    user: `system:node:${nodeName}`,
    credentials: await plane.pki.nodeCredentials(nodeName),
  })
  return path
}
