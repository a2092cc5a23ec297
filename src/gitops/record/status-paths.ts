/** Where things stand on the status branch. */
export const STATUS_REF = 'refs/heads/pintle/status'
export const DEPLOYED_REF_PREFIX = 'refs/heads/pintle/deployed/'
export const LIVE_REF = 'refs/heads/pintle/live'

export const statusPath = (application: string) => `applications/${application}/status.yaml`
export const inventoryPath = (application: string) => `applications/${application}/inventory.yaml`
export const rolloutsPath = (application: string) => `applications/${application}/rollouts`
export const rolloutPath = (application: string, number: number) => `${rolloutsPath(application)}/${number}.yaml`

/** Bytes of one file of ours that are read back. */
export const RECORD_BYTES_MAX = 8 * 1024 * 1024
