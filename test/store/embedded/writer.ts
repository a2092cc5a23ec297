import { writeSync } from 'node:fs'
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts'

/** Writes keys until it is ended, and says each one on standard output once it is acknowledged: `acknowledged <n>`. */
const [directory = '', count = '1000000'] = process.argv.slice(2)
const store = await openEmbeddedStore({ directory, revisionFloor: 0 })
for (let n = 1; n <= Number(count); n++) {
  const value = new TextEncoder().encode(`value ${n} `.repeat(1 + (n % 50)))
  await store.txn({ compares: [], operations: [{ type: 'put', key: `/key/${n}`, value }] })
  writeSync(1, `acknowledged ${n}\n`)
}
await store.close()
