import { X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { loadKubeconfig } from '../client/kubeconfig.ts'
import { type NodeRanges, writeKubeconfig } from '../server/pki/kubeconfig.ts'
import type { Pki } from '../server/pki/pki.ts'
import { addressForOthers } from '../server/server-names.ts'
import { readNodeKubeconfig } from './read-node-kubeconfig.ts'

export interface NodeAccess {
  readonly nodeName: string
  /** Where the API server listens. */
  readonly api: { readonly host: string; readonly port: number }
  readonly pki: Pki
  /** Left out for a node of this machine, whose agent is told on its command line. */
  readonly ranges?: NodeRanges
}

/** Certificates are good for a year. */
const RENEW_BEFORE_MS = 120 * 86_400_000

/** The file with which a node's agent proves who it is; kept while it is good for this server. */
export async function writeNodeKubeconfig(path: string, { nodeName, api, pki, ranges }: NodeAccess): Promise<void> {
  const server = `https://${addressForOthers(api.host)}:${api.port}`
  if (existsSync(path)) {
    const kept = await loadKubeconfig(path).catch(() => undefined)
    const isOurs = kept?.server === server && kept.ca === pki.caCertificate && !isEnding(kept.certificate)
    if (isOurs && (ranges === undefined || (await readNodeKubeconfig(path)).podCidr === ranges.podCidr)) return
  }
  await writeKubeconfig(path, {
    server,
    caCertificate: pki.caCertificate,
    user: `system:node:${nodeName}`,
    credentials: await pki.nodeCredentials(nodeName),
    ...(ranges !== undefined && { ranges }),
  })
}

function isEnding(certificate: string | undefined): boolean {
  if (certificate === undefined) return true
  return new X509Certificate(certificate).validToDate.getTime() - Date.now() < RENEW_BEFORE_MS
}
