import type { Identity } from '../../client/client.ts'

/** Who the sync engine is to the API server, and its field manager. */
export const SYNC_IDENTITY: Identity = { user: 'pintle-sync', groups: ['system:pintle', 'system:authenticated'] }
export const SYNC_MANAGER = 'pintle'
