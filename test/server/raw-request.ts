import type { IncomingHttpHeaders } from 'node:http'
import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'

export interface RawRequest {
  readonly method?: string
  readonly headers?: Record<string, string>
  readonly body?: string | Uint8Array
  readonly ca?: string
  readonly certificate?: string
  readonly key?: string
}

export interface RawAnswer {
  readonly code: number
  readonly headers: IncomingHttpHeaders
  readonly text: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of any shape
  readonly json: any
}

/** One request on a connection of its own; the whole answer. */
export function rawRequest(url: string, call: RawRequest = {}): Promise<RawAnswer> {
  const { ca, certificate, key, body, method = 'GET' } = call
  const headers: Record<string, string> = { ...call.headers }
  if (body !== undefined && headers['transfer-encoding'] === undefined)
    headers['content-length'] = String(Buffer.byteLength(body))
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  return new Promise((resolve, reject) => {
    // The name is fixed, or Node would expect the certificate to name whatever Host a test sends.
    const options = { method, headers, agent: false, ca, cert: certificate, key, servername: 'localhost' }
    const outgoing = send(url, options, incoming => {
      const chunks: Buffer[] = []
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk))
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        resolve({ code: incoming.statusCode ?? 0, headers: incoming.headers, text, json: parseJson(text) })
      })
      incoming.on('error', reject)
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
