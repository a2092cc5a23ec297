import type { ExecutionContext, TestFn } from 'ava'
import { Namespace } from '../../../src/api/kinds/core/namespace.ts'
import type { Client, Identity } from '../../../src/client/client.ts'
import { deletionChecks } from './deletion-checks.ts'
import { metadataChecks } from './metadata-checks.ts'
import { readAndWriteChecks } from './read-and-write-checks.ts'
import { serverSideApplyChecks } from './server-side-apply-checks.ts'
import { watchChecks } from './watch-checks.ts'

/** A server to be tested through its Clients. */
export interface ClientUnderTest {
  client(identity: Identity): Client
  close(): Promise<void>
}

interface SuiteContext {
  readonly client: Client
  readonly namespace: string
  as(identity: Identity): Client
}

const SUITE_ADMIN: Identity = { user: 'admin', groups: ['system:masters', 'system:authenticated'] }

export type Check = (title: string, body: (t: ExecutionContext, context: SuiteContext) => Promise<void>) => void

/**
 * What every Client promises, checked against one running server. Each check works in a namespace of its own. `open`
 * starts a server with nothing but the bootstrap objects in it.
 */
export function clientSuite(test: TestFn, name: string, open: () => Promise<ClientUnderTest>): void {
  let server: ClientUnderTest
  let opened = 0
  test.before(async () => {
    server = await open()
  })
  test.after.always(() => server?.close())
  const check: Check = (title, body) =>
    test(`${name}: ${title}`, async t => {
      const client = server.client(SUITE_ADMIN)
      const namespace = `suite-${opened++}`
      await client.create(Namespace, { apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } })
      await body(t, { client, namespace, as: identity => server.client(identity) })
    })
  readAndWriteChecks(check)
  metadataChecks(check)
  serverSideApplyChecks(check)
  deletionChecks(check)
  watchChecks(check)
}
