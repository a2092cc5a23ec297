/** The digest of "this application is not in Git": nothing was read. */
export const REMOVED_DIGEST = 'removed'
