/** The Kubernetes minor version whose schema is shipped. */
export const KUBERNETES_VERSION = { major: '1', minor: '36', patch: '0' } as const
