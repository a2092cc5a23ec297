import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { systemRandom } from '../../../src/lib/system-random.ts'
import { openPki } from '../../../src/server/pki/pki.ts'
import { ManualClock } from '../../client/manual-clock.ts'

interface Context {
  readonly directory: string
  readonly clock: ManualClock
}

const test = anyTest as TestFn<Context>
const DAY_MS = 86_400_000
const NAMES = { dns: ['localhost', 'kubernetes.default'], ip: ['127.0.0.1', '::1'] }

test.beforeEach(async t => {
  const directory = join(await mkdtemp(join(tmpdir(), 'pintle-pki-')), 'pki')
  t.context = { directory, clock: new ManualClock() }
})
test.afterEach.always(async t => await rm(join(t.context.directory, '..'), { recursive: true, force: true }))

const open = ({ directory, clock }: Context) => openPki({ directory, clock, random: systemRandom })

test('files are for their owner alone', async t => {
  const pki = await open(t.context)
  await pki.serverCredentials(NAMES)
  await pki.adminCredentials()
  const { directory } = t.context
  t.is((await stat(directory)).mode & 0o777, 0o700)
  for (const name of ['ca.crt', 'ca.key', 'server.crt', 'server.key', 'admin.crt', 'admin.key'])
    t.is((await stat(join(directory, name))).mode & 0o777, 0o600, name)
})

test('every certificate comes from the authority, for its own use', async t => {
  const pki = await open(t.context)
  const authority = new X509Certificate(pki.caCertificate)
  t.true(authority.ca)
  const server = new X509Certificate((await pki.serverCredentials(NAMES)).certificate)
  const admin = new X509Certificate((await pki.adminCredentials()).certificate)
  const node = new X509Certificate((await pki.nodeCredentials('node-1')).certificate)
  for (const certificate of [server, admin, node]) {
    t.true(certificate.verify(authority.publicKey))
    t.false(certificate.ca)
  }
  t.deepEqual(server.keyUsage, ['1.3.6.1.5.5.7.3.1'])
  t.deepEqual(admin.keyUsage, ['1.3.6.1.5.5.7.3.2'])
  t.is(server.checkHost('kubernetes.default'), 'kubernetes.default')
  t.truthy(server.checkIP('::1'))
  t.deepEqual(admin.subject.split('\n').sort(), ['CN=admin', 'O=system:masters'])
  t.deepEqual(node.subject.split('\n').sort(), ['CN=system:node:node-1', 'O=system:nodes'])
})

test('what is good stays; what is near its end, or lacks a name, is made anew', async t => {
  const { clock } = t.context
  const first = await (await open(t.context)).serverCredentials(NAMES)
  t.deepEqual(await (await open(t.context)).serverCredentials(NAMES), first)
  const more = { ...NAMES, ip: [...NAMES.ip, '192.0.2.7'] }
  const wider = await (await open(t.context)).serverCredentials(more)
  t.not(wider.certificate, first.certificate)
  t.deepEqual(await (await open(t.context)).serverCredentials(NAMES), wider)
  await clock.advance(200 * DAY_MS)
  t.deepEqual(await (await open(t.context)).serverCredentials(more), wider)
  await clock.advance(100 * DAY_MS)
  const renewed = await (await open(t.context)).serverCredentials(more)
  t.not(renewed.certificate, wider.certificate)
  t.true(new X509Certificate(renewed.certificate).validToDate.getTime() > clock.now() + 300 * DAY_MS)
})

test('a start that was killed between two files is mended', async t => {
  const { directory } = t.context
  const pki = await open(t.context)
  const first = await pki.adminCredentials()
  await unlink(join(directory, 'admin.crt'))
  const second = await pki.adminCredentials()
  t.not(second.certificate, first.certificate)
  await writeFile(join(directory, 'admin.key'), first.key)
  const third = await pki.adminCredentials()
  t.not(third.key, first.key)
  t.true(new X509Certificate(third.certificate).verify(new X509Certificate(pki.caCertificate).publicKey))
})

test('a lost authority means a new one, and new certificates from it', async t => {
  const { directory } = t.context
  const before = await (await open(t.context)).adminCredentials()
  await unlink(join(directory, 'ca.crt'))
  await unlink(join(directory, 'ca.key'))
  const pki = await open(t.context)
  const after = await pki.adminCredentials()
  t.not(after.certificate, before.certificate)
  t.true(new X509Certificate(after.certificate).verify(new X509Certificate(pki.caCertificate).publicKey))
})

test('damage is told with the file and what to do', async t => {
  const { directory } = t.context
  const pki = await open(t.context)
  await pki.adminCredentials()
  await writeFile(join(directory, 'admin.crt'), 'garbage')
  await t.throwsAsync(pki.adminCredentials(), { message: /admin\.crt is not a certificate; remove it/ })
  const adminKey = await readFile(join(directory, 'admin.key'))
  await writeFile(join(directory, 'ca.key'), adminKey)
  await t.throwsAsync(open(t.context), { message: /ca\.key is not the key of .*ca\.crt: restore both/ })
})
