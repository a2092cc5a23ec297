import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { loopbackAddresses } from '../../../agents/proxy/local-addresses.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pintle-addresses-'))
test.after.always(() => rmSync(scratch, { recursive: true, force: true }))
const [one, two] = ['198.18.77.1', '198.18.77.2'] as const
const onLoopback = () =>
  (networkInterfaces()['lo'] ?? []).map(each => each.address).filter(each => each.startsWith('198.18.77.'))

const asRoot = process.getuid?.() === 0 ? test.serial : test.serial.skip

asRoot('addresses stand on lo until they are removed, also by the run after a crash', async t => {
  const journal = join(scratch, 'journal')
  const crashed = loopbackAddresses(journal)
  await crashed.add(one)
  await crashed.add(one)
  await crashed.add(two)
  t.deepEqual(onLoopback().sort(), [one, two])
  await crashed.remove(two)
  t.deepEqual(onLoopback(), [one])
  await crashed.add(two)
  const next = loopbackAddresses(journal)
  await next.removeAll()
  t.deepEqual(onLoopback(), [])
  await next.removeAll()
  await next.add(one)
  t.deepEqual(onLoopback(), [one])
  await next.removeAll()
  t.deepEqual(onLoopback(), [])
  t.true(existsSync(journal))
})
