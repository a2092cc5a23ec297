import type { KindRegistry } from '../api/kind-registry.ts'
import type { Exchange } from './exchange.ts'

export function createOpenApiPaths(_kinds: KindRegistry): (exchange: Exchange) => boolean {
  return () => false
}
