/** Bounds of what a decoder takes. More is refused with a sentence that names the bound. */
export interface DecodeLimits {
  readonly bytesMax: number
  /** Objects and lists inside one another. */
  readonly depthMax: number
  /** Values that one YAML text may make, aliases expanded. */
  readonly valuesMax: number
  /** Documents in one YAML text. */
  readonly documentsMax: number
}

/** Of request bodies, as in Kubernetes. */
export const BODY_LIMITS: DecodeLimits = {
  bytesMax: 3 * 1024 * 1024,
  depthMax: 500,
  valuesMax: 1_000_000,
  documentsMax: 1,
}

/** Of manifests in Git. */
export const MANIFEST_LIMITS: DecodeLimits = {
  bytesMax: 1024 * 1024,
  depthMax: 200,
  valuesMax: 200_000,
  documentsMax: 1_000,
}
