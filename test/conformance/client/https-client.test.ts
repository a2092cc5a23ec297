import test from 'ava'
import type { Identity } from '../../../src/client/client.ts'
import { createHttpClient, type HttpClient } from '../../../src/client/http-client.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { systemRandom } from '../../../src/lib/system-random.ts'
import { createBuiltinAuthorizer } from '../../../src/registry/builtin-authorizer.ts'
import { openRegistry } from '../../registry/open-registry.ts'
import { startApiServer } from '../../server/start-api-server.ts'
import { clientSuite } from './client-suite.ts'

clientSuite(test, 'over HTTPS', async () => {
  const authorizer = createBuiltinAuthorizer()
  const { registry, close } = await openRegistry({ authorizer })
  const tokens = { find: (token: string) => JSON.parse(Buffer.from(token, 'base64url').toString()) as Identity }
  const server = await startApiServer({ registry, authorizer, tokens })
  const clients: HttpClient[] = []
  return {
    client(identity) {
      const token = Buffer.from(JSON.stringify(identity)).toString('base64url')
      const access = { server: server.url, ca: server.pki.caCertificate, token }
      const client = createHttpClient({ access, kinds: registry.kinds, clock: systemClock, random: systemRandom })
      clients.push(client)
      return client
    },
    async close() {
      for (const client of clients) client.close()
      await server.close()
      await close()
    },
  }
})
