import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createMetrics } from '../../src/client/metrics.ts'
import type { Logger } from '../../src/lib/log.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import type { Authorizer } from '../../src/registry/authorizer.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import type { Registry } from '../../src/registry/registry.ts'
import type { ApiExtension } from '../../src/server/api-extension.ts'
import { createApiServer } from '../../src/server/api-server.ts'
import type { TokenLookup } from '../../src/server/authentication.ts'
import type { ReadinessCheck } from '../../src/server/health.ts'
import type { Pki } from '../../src/server/pki/pki.ts'
import { openPki } from '../../src/server/pki/pki.ts'
import type { Credentials } from '../../src/server/pki/sign-certificate.ts'
import type { TokenStore } from '../../src/server/pki/token-store.ts'
import { openTokenStore } from '../../src/server/pki/token-store.ts'
import type { RawAnswer, RawRequest } from './raw-request.ts'
import { rawRequest } from './raw-request.ts'

/** An API server on a free loopback port, with an identity for tests. */
export interface TestApiServer {
  readonly url: string
  readonly port: number
  readonly directory: string
  readonly pki: Pki
  readonly tokens: TokenStore
  readonly admin: Credentials
  /** As admin, unless the call brings its own credentials. */
  request(path: string, call?: RawRequest): Promise<RawAnswer>
  /** With no identity. */
  anonymous(path: string, call?: RawRequest): Promise<RawAnswer>
  /** Stops serving, as in production. */
  stop(graceMs: number): Promise<void>
  close(): Promise<void>
}

export interface TestServerParts {
  /** To start again where another one was: its port and its directory, which `stop` leaves behind. */
  readonly again?: { readonly port: number; readonly directory: string }
  readonly registry: Registry
  readonly authorizer?: Authorizer
  /** Instead of the stored ones. */
  readonly tokens?: TokenLookup
  readonly log?: Logger
  readonly readiness?: readonly ReadinessCheck[]
  readonly extensions?: (tokens: TokenStore) => readonly ApiExtension[]
}

export async function startApiServer(parts: TestServerParts): Promise<TestApiServer> {
  const directory = parts.again?.directory ?? (await mkdtemp(join(tmpdir(), 'pintle-api-')))
  const world = { clock: systemClock, random: systemRandom }
  const pki = await openPki({ directory: join(directory, 'pki'), ...world })
  const tokens = await openTokenStore({ path: join(directory, 'pki', 'tokens.json'), ...world })
  const admin = await pki.adminCredentials()
  const server = await createApiServer({
    registry: parts.registry,
    authorizer: parts.authorizer ?? createBuiltinAuthorizer(),
    pki,
    tokens: parts.tokens ?? tokens,
    address: { host: '127.0.0.1', port: parts.again?.port ?? 0 },
    version: '0.0.0-test',
    metrics: createMetrics(),
    clock: systemClock,
    log: parts.log ?? silentLogger,
    ...(parts.readiness && { readiness: parts.readiness }),
    ...(parts.extensions && { extensions: parts.extensions(tokens) }),
  })
  const { port } = await server.listen()
  const url = `https://127.0.0.1:${port}`
  return {
    url,
    port,
    directory,
    pki,
    tokens,
    admin,
    request: (path, call) => rawRequest(`${url}${path}`, { ca: pki.caCertificate, ...admin, ...call }),
    anonymous: (path, call) => rawRequest(`${url}${path}`, { ca: pki.caCertificate, ...call }),
    stop: graceMs => server.close(graceMs),
    async close() {
      await server.close(0)
      await rm(directory, { recursive: true, force: true })
    },
  }
}
