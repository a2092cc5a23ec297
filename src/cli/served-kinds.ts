import { KindRegistry } from '../api/kind-registry.ts'
import { builtinKinds } from '../api/kinds/builtin-kinds.ts'
import { gitopsKinds } from '../api/kinds/gitops/gitops-kinds.ts'

/** The kinds this program serves and speaks. */
export function servedKinds(): KindRegistry {
  return new KindRegistry([...builtinKinds, ...gitopsKinds])
}
