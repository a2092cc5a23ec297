import test from 'ava'
import { openRegistry } from '../../registry/open-registry.ts'
import { clientSuite } from './client-suite.ts'

clientSuite(test, 'in process', async () => {
  const { registry, close } = await openRegistry()
  return { client: identity => registry.client(identity), close }
})
