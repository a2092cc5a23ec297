import { aggregatedDiscovery } from '../api/discovery/aggregated-discovery.ts'
import { apiGroup, apiGroupList, apiResourceList, apiVersionsDocument } from '../api/discovery/plain-discovery.ts'
import type { KindRegistry } from '../api/kind-registry.ts'
import type { Exchange } from './exchange.ts'
import type { DiscoveryForm } from './negotiate.ts'
import { negotiateDiscovery, requireJsonAcceptable } from './negotiate.ts'
import { sendBytes } from './respond.ts'

/** Documents kept encoded. */
const DOCUMENTS_MAX = 256

/** Answers `/api`, `/apis` and what is right below; false when it is another path. Encoded once per change of kinds. */
export function createDiscoveryPaths(kinds: KindRegistry): (exchange: Exchange) => boolean {
  let generation = -1
  const documents = new Map<string, Buffer>()

  /** Undefined documents are not kept: paths that nobody serves are endless. */
  function encoded(key: string, make: () => object | undefined): Buffer | undefined {
    if (generation !== kinds.generation || documents.size >= DOCUMENTS_MAX) documents.clear()
    generation = kinds.generation
    const known = documents.get(key)
    if (known !== undefined) return known
    const document = make()
    if (document === undefined) return undefined
    const bytes = Buffer.from(JSON.stringify(document))
    documents.set(key, bytes)
    return bytes
  }

  return ({ path, request, response }) => {
    if (path === '/api' || path === '/apis') {
      const form = negotiateDiscovery(request.headers.accept)
      const host = request.headers.host ?? ''
      const key = form === 'plain' && path === '/api' ? `${path} ${host}` : `${path} ${form}`
      const bytes = encoded(key, () => rootDocument(kinds, path, form, host))
      if (bytes !== undefined) sendBytes(response, 200, contentTypeOf(form), bytes, { vary: 'Accept' })
      return bytes !== undefined
    }
    const [, root, group, version, more] = path.split('/')
    if (more !== undefined || (root !== 'api' && root !== 'apis') || (root === 'api' && version !== undefined))
      return false
    const bytes = encoded(path, () => branchDocument(kinds, root, group ?? '', version))
    if (bytes === undefined) return false
    requireJsonAcceptable(request.headers.accept)
    sendBytes(response, 200, 'application/json', bytes)
    return true
  }
}

function rootDocument(kinds: KindRegistry, path: '/api' | '/apis', form: DiscoveryForm, host: string): object {
  if (form !== 'plain') return aggregatedDiscovery(kinds, path, form)
  return path === '/api' ? apiVersionsDocument(host) : apiGroupList(kinds)
}

/** `/api/v1`, `/apis/<group>`, `/apis/<group>/<version>`. */
function branchDocument(kinds: KindRegistry, root: string, group: string, version: string | undefined) {
  if (root === 'api') return apiResourceList(kinds, group)
  return version === undefined ? apiGroup(kinds, group) : apiResourceList(kinds, `${group}/${version}`)
}

/** Clients take a document for aggregated only if its type says so (KEP-3352). */
function contentTypeOf(form: DiscoveryForm): string {
  return form === 'plain'
    ? 'application/json'
    : `application/json;g=apidiscovery.k8s.io;v=${form};as=APIGroupDiscoveryList`
}
