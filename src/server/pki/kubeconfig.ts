import type { Credentials } from './sign-certificate.ts'
import { writePrivateFile } from './write-private-file.ts'

export interface KubeconfigContent {
  /** `https://127.0.0.1:6443`. */
  readonly server: string
  readonly caCertificate: string
  readonly user: string
  readonly credentials: Credentials
  /** Of a node's agent: the addresses that are its, and those of services. */
  readonly ranges?: NodeRanges
}

export interface NodeRanges {
  /** `10.244.3.0/24`. */
  readonly podCidr: string
  readonly serviceCidr: string
}

/** By this name a context carries the ranges of its node. */
export const NODE_RANGES_EXTENSION = 'gitops.pintle.dev/node-ranges'

/** Writes a kubeconfig (0600) with which kubectl and `loadKubeconfig` act as `user`. */
export async function writeKubeconfig(path: string, content: KubeconfigContent): Promise<void> {
  await writePrivateFile(path, formatKubeconfig(content))
}

function formatKubeconfig({ server, caCertificate, user, credentials, ranges }: KubeconfigContent): string {
  return `apiVersion: v1
kind: Config
clusters:
- name: pintle
  cluster:
    server: ${JSON.stringify(server)}
    certificate-authority-data: ${base64(caCertificate)}
users:
- name: ${JSON.stringify(user)}
  user:
    client-certificate-data: ${base64(credentials.certificate)}
    client-key-data: ${base64(credentials.key)}
contexts:
- name: pintle
  context:
    cluster: pintle
    user: ${JSON.stringify(user)}
${ranges === undefined ? '' : formatRanges(ranges)}current-context: pintle
`
}

function formatRanges(ranges: NodeRanges): string {
  return `    extensions:
    - name: ${NODE_RANGES_EXTENSION}
      extension: ${JSON.stringify(ranges)}
`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
