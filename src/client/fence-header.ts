/** Header by which a leader's writes carry their fence over HTTPS: JSON of `{namespace, name, holder}`. */
export const FENCE_HEADER = 'pintle-fence'
