import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { systemRandom } from '../../../src/lib/system-random.ts'
import { openTokenStore } from '../../../src/server/pki/token-store.ts'
import { ManualClock } from '../../client/manual-clock.ts'

interface Context {
  readonly path: string
  readonly clock: ManualClock
}

const test = anyTest as TestFn<Context>
const ALICE = { user: 'alice', groups: ['people'] }

test.beforeEach(async t => {
  const directory = await mkdtemp(join(tmpdir(), 'pintle-tokens-'))
  t.context = { path: join(directory, 'tokens.json'), clock: new ManualClock() }
})
test.afterEach.always(async t => await rm(join(t.context.path, '..'), { recursive: true, force: true }))

const open = ({ path, clock }: Context) => openTokenStore({ path, clock, random: systemRandom })

test('a token is known again after a restart, and stands nowhere on the disk', async t => {
  const token = await (await open(t.context)).issue(ALICE, 'git', 60_000)
  t.regex(token, /^pintle_[\w-]{43}$/)
  t.deepEqual((await open(t.context)).find(token), ALICE)
  const text = await readFile(t.context.path, 'utf8')
  t.false(text.includes(token))
  t.false(text.includes(token.slice('pintle_'.length)))
  t.is((await stat(t.context.path)).mode & 0o777, 0o600)
})

test('it ends with its time, or when it is revoked', async t => {
  const tokens = await open(t.context)
  const short = await tokens.issue(ALICE, 'git', 1_000)
  const revoked = await tokens.issue(ALICE, 'git', 60_000)
  await tokens.revoke(revoked)
  t.is(tokens.find(revoked), undefined)
  t.deepEqual(tokens.find(short), ALICE)
  await t.context.clock.advance(1_000)
  t.is(tokens.find(short), undefined)
  await tokens.issue(ALICE, 'git', 1_000)
  t.is(JSON.parse(await readFile(t.context.path, 'utf8')).length, 1)
})

test('tokens issued at the same time are all kept', async t => {
  const tokens = await open(t.context)
  const issued = await Promise.all(Array.from({ length: 20 }, () => tokens.issue(ALICE, 'git', 60_000)))
  const again = await open(t.context)
  for (const token of issued) t.deepEqual(again.find(token), ALICE)
  t.is(again.find('pintle_'), undefined)
  t.is(again.find(''), undefined)
})

test('a damaged file is told with what to do', async t => {
  await writeFile(t.context.path, '[{')
  await t.throwsAsync(open(t.context), { message: /tokens\.json is not readable; remove it/ })
})
