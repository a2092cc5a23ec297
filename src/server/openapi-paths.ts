import type { KindRegistry } from '../api/kind-registry.ts'
import { loadDescriptions, openApiDocument, openApiIndex } from '../api/openapi/open-api-document.ts'
import { OPEN_API_V2_MEDIA_TYPE, openApiV2Document } from '../api/openapi/open-api-v2.ts'
import type { Exchange } from './exchange.ts'
import { requireJsonAcceptable } from './negotiate.ts'
import { sendBytes, sendJson } from './respond.ts'

const ROOT = '/openapi/v3'
/** Documents kept encoded; each may take a megabyte. */
const DOCUMENTS_MAX = 64

/**
 * Answers `/openapi/v3` and the documents below; false when it is another path. A document asked for by its hash never
 * changes, and says so.
 */
export function createOpenApiPaths(kinds: KindRegistry): (exchange: Exchange) => Promise<boolean> {
  const documents = new Map<string, Buffer>()

  /** By the address in the index, whose hash is that of the contents. */
  async function documentAt(address: string, groupVersion: string): Promise<Buffer> {
    const known = documents.get(address)
    if (known !== undefined) return known
    const document = openApiDocument(kinds, groupVersion, await loadDescriptions())
    const bytes = Buffer.from(JSON.stringify(document))
    if (documents.size >= DOCUMENTS_MAX) documents.delete(documents.keys().next().value!)
    documents.set(address, bytes)
    return bytes
  }

  let version2: { readonly generation: number; readonly bytes: Uint8Array } | undefined

  return async ({ path, query, request, response }) => {
    // kubectl before 1.29 reads this before it sends a manifest, and takes nothing but protobuf.
    if (path === '/openapi/v2') {
      if (version2?.generation !== kinds.generation) {
        version2 = { generation: kinds.generation, bytes: openApiV2Document(kinds) }
      }
      sendBytes(response, 200, OPEN_API_V2_MEDIA_TYPE, version2.bytes)
      return true
    }
    if (path !== ROOT && !path.startsWith(`${ROOT}/`)) return false
    const { paths } = openApiIndex(kinds)
    if (path === ROOT) {
      requireJsonAcceptable(request.headers.accept)
      sendJson(response, 200, { paths })
      return true
    }
    const name = path.slice(ROOT.length + 1)
    const address = paths[name]?.serverRelativeURL
    if (address === undefined) return false
    requireJsonAcceptable(request.headers.accept)
    const hash = address.slice(address.indexOf('hash=') + 'hash='.length)
    const etag = `"${hash}"`
    const asked = query.get('hash')
    if (asked !== null && asked !== hash) {
      response.writeHead(301, { location: address, 'content-length': 0 })
      response.end()
      return true
    }
    if (request.headers['if-none-match'] === etag) {
      response.writeHead(304, { etag })
      response.end()
      return true
    }
    const caching = asked === null ? 'no-cache, private' : 'public, immutable'
    const bytes = await documentAt(address, groupVersionOf(name))
    sendBytes(response, 200, 'application/json', bytes, { etag, 'cache-control': caching, vary: 'Accept' })
    return true
  }
}

/** `api/v1` -> `v1`, `apis/apps/v1` -> `apps/v1`. */
function groupVersionOf(name: string): string {
  return name.slice(name.indexOf('/') + 1)
}
