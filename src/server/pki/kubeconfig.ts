import type { Credentials } from './sign-certificate.ts'
import { writePrivateFile } from './write-private-file.ts'

export interface KubeconfigContent {
  /** `https://127.0.0.1:6443`. */
  readonly server: string
  readonly caCertificate: string
  readonly user: string
  readonly credentials: Credentials
}

/** Writes a kubeconfig (0600) with which kubectl and `loadKubeconfig` act as `user`. */
export async function writeKubeconfig(path: string, content: KubeconfigContent): Promise<void> {
  await writePrivateFile(path, formatKubeconfig(content))
}

function formatKubeconfig({ server, caCertificate, user, credentials }: KubeconfigContent): string {
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
current-context: pintle
`
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
