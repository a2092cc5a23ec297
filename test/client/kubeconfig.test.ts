import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import anyTest, { type TestFn } from 'ava'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { writeKubeconfig } from '../../src/server/pki/kubeconfig.ts'

const test = anyTest as TestFn<{ readonly directory: string; readonly path: string }>

test.beforeEach(async t => {
  const directory = await mkdtemp(join(tmpdir(), 'pintle-kubeconfig-'))
  t.context = { directory, path: join(directory, 'config') }
})
test.afterEach.always(async t => await rm(t.context.directory, { recursive: true, force: true }))

test('what the server writes is what the client reads', async t => {
  const { path } = t.context
  const credentials = { certificate: 'CERT\n', key: 'KEY\n' }
  await writeKubeconfig(path, { server: 'https://127.0.0.1:6443', caCertificate: 'CA\n', user: 'admin', credentials })
  t.deepEqual(await loadKubeconfig(path), { server: 'https://127.0.0.1:6443', ca: 'CA\n', ...credentials })
})

test('files are found beside the kubeconfig, a token as it stands', async t => {
  const { directory, path } = t.context
  await writeFile(join(directory, 'ca.pem'), 'CA')
  await writeFile(
    path,
    `current-context: b
contexts: [{name: a, context: {cluster: x, user: y}}, {name: b, context: {cluster: c, user: u}}]
clusters: [{name: c, cluster: {server: "https://h:1", certificate-authority: ca.pem}}]
users: [{name: u, user: {token: secret}}]
`,
  )
  t.deepEqual(await loadKubeconfig(path), { server: 'https://h:1', ca: 'CA', token: 'secret' })
})

const WRONG: readonly (readonly [name: string, text: string, message: RegExp])[] = [
  ['no context', 'clusters: []', /current-context is missing/],
  ['an unknown context', 'current-context: x\ncontexts: []', /there is no context x/],
  ['an unknown cluster', 'current-context: x\ncontexts: [{name: x, context: {cluster: c}}]', /names no cluster/],
  ['no YAML', '{', /is not a kubeconfig/],
  ['nothing', '', /is not a kubeconfig: it is empty/],
]

for (const [name, text, message] of WRONG)
  test(`${name} is told with the file`, async t => {
    await writeFile(t.context.path, text)
    const error = await t.throwsAsync(loadKubeconfig(t.context.path), { message })
    t.true(error.message.includes(t.context.path))
  })

test('a file that is not there is told so', async t => {
  await t.throwsAsync(loadKubeconfig(t.context.path), { message: /the kubeconfig .* does not exist/ })
})
