import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import type { Identity } from '../../src/client/client.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { createBuiltinAuthorizer } from '../../src/registry/builtin-authorizer.ts'
import { LOGIN_CODE_LIFETIME_MS, PassStore } from '../../src/server/login.ts'
import type { TokenStore } from '../../src/server/pki/token-store.ts'
import { openTokenStore } from '../../src/server/pki/token-store.ts'
import type { WebServerOptions } from '../../src/server/web-server.ts'
import { createWebServer } from '../../src/server/web-server.ts'
import { rawRequest } from './raw-request.ts'

interface Context {
  readonly url: string
  readonly tokens: TokenStore
  readonly codes: PassStore
  readonly gitCalls: string[]
  readonly options: WebServerOptions
  close(): Promise<void>
}

const test = anyTest as TestFn<Context>
const ADMIN: Identity = { user: 'admin', groups: ['system:masters'] }

test.before(async t => {
  const directory = await mkdtemp(join(tmpdir(), 'pintle-web-'))
  const world = { clock: systemClock, random: systemRandom }
  const tokens = await openTokenStore({ path: join(directory, 'tokens.json'), ...world })
  const codes = new PassStore({ ...world, lifetimeMs: LOGIN_CODE_LIFETIME_MS })
  const gitCalls: string[] = []
  const options: WebServerOptions = {
    address: { host: '127.0.0.1', port: 0 },
    authorizer: createBuiltinAuthorizer(),
    tokens,
    codes,
    async git(request, response, identity) {
      gitCalls.push(`${identity.user} ${request.url}`)
      response.end('git')
    },
    page: async identity => ({ html: `<p>hello ${identity.user}</p>`, styleSource: "'sha256-x'" }),
    ...world,
    log: silentLogger,
  }
  const server = createWebServer(options)
  const { port } = await server.listen()
  t.context = {
    url: `http://127.0.0.1:${port}`,
    tokens,
    codes,
    gitCalls,
    options,
    async close() {
      await server.close(0)
      await rm(directory, { recursive: true })
    },
  }
})
test.after.always(async t => await t.context.close?.())

const basic = (token: string) => ({ authorization: `Basic ${Buffer.from(`anyone:${token}`).toString('base64')}` })

test('fetch and push ask who it is, and what to do about it', async t => {
  const { url } = t.context
  for (const path of [
    '/git/cluster.git/info/refs?service=git-upload-pack',
    '/git/cluster.git/git-receive-pack',
    '/git',
  ]) {
    const { code, headers, text } = await rawRequest(`${url}${path}`)
    t.is(code, 401)
    t.regex(headers['www-authenticate'] ?? '', /^Basic realm=/)
    t.regex(text, /pintle git-credential/)
  }
  const wrong = await rawRequest(`${url}/git/cluster.git/info/refs`, { headers: basic('pintle_wrong') })
  t.is(wrong.code, 401)
})

test('a token as password, or as bearer, is an identity for Git', async t => {
  const { url, tokens, gitCalls } = t.context
  const token = await tokens.issue(ADMIN, 'git', 60_000)
  t.is((await rawRequest(`${url}/git/cluster.git/info/refs`, { headers: basic(token) })).text, 'git')
  t.is((await rawRequest(`${url}/git/x`, { headers: { authorization: `Bearer ${token}` } })).text, 'git')
  t.deepEqual(gitCalls, ['admin /git/cluster.git/info/refs', 'admin /git/x'])
})

test('an identity without permission is told so', async t => {
  const { url, tokens } = t.context
  const token = await tokens.issue({ user: 'guest', groups: [] }, 'git', 60_000)
  const push = await rawRequest(`${url}/git/cluster.git/git-receive-pack`, { method: 'POST', headers: basic(token) })
  t.is(push.code, 403)
  t.regex(push.text, /guest may not push here/)
})

test('the page opens by a code, once, and stays open by a cookie nobody else can use', async t => {
  const { url, codes } = t.context
  t.is((await rawRequest(`${url}/`)).code, 401)
  const code = codes.issue(ADMIN)
  const login = await rawRequest(`${url}/login?code=${code}`)
  t.is(login.code, 303)
  t.is(login.headers.location, '/')
  const [cookie = ''] = login.headers['set-cookie'] ?? []
  t.regex(cookie, /^pintle_session=[\w-]{32}; HttpOnly; SameSite=Strict; Path=\/; Max-Age=\d+$/)
  const page = await rawRequest(`${url}/`, { headers: { cookie: cookie.split(';', 1)[0]! } })
  t.is(page.code, 200)
  t.is(page.text, '<p>hello admin</p>')
  t.is(
    page.headers['content-security-policy'],
    "default-src 'none'; style-src 'sha256-x'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  )
  t.is(page.headers['cache-control'], 'no-store')
  t.is((await rawRequest(`${url}/login?code=${code}`)).code, 401)
  t.is((await rawRequest(`${url}/`, { headers: { cookie: 'pintle_session=guess' } })).code, 401)
})

test('foreign Host and Origin are refused with a sentence', async t => {
  const { url } = t.context
  for (const headers of [{ host: 'evil.example' }, { origin: 'http://evil.example' }] as Record<string, string>[]) {
    const { code, text } = await rawRequest(`${url}/`, { headers })
    t.is(code, 403)
    t.true(text.length > 40)
  }
})

test('other paths and methods', async t => {
  const { url } = t.context
  t.is((await rawRequest(`${url}/other`)).code, 404)
  t.is((await rawRequest(`${url}/`, { method: 'POST' })).code, 405)
  t.is((await rawRequest(`${url}/gitx`)).code, 404)
})

test('off loopback it wants a certificate', t => {
  const { options } = t.context
  t.throws(() => createWebServer({ ...options, address: { host: '0.0.0.0', port: 0 } }), {
    message: /can be reached from other machines/,
  })
})
