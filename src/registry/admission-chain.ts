import type { KubeObject } from '../api/object.ts'
import type { AdmissionPlugin, AdmissionReview } from './admission.ts'

/** Every plugin in turn; they change the draft in place. */
export async function mutate(plugins: readonly AdmissionPlugin[], review: AdmissionReview<KubeObject>): Promise<void> {
  for (const plugin of plugins) await plugin.mutate?.(review)
}

/** Every plugin in turn; the first that refuses ends it. */
export async function admit(
  plugins: readonly AdmissionPlugin[],
  review: AdmissionReview<Readonly<KubeObject>>,
): Promise<void> {
  for (const plugin of plugins) await plugin.validate?.(review)
}
