import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'ava'
import { UserCluster } from './cluster.ts'

/** Pushes that cannot be right: each is refused with what, where, why and the remedy, and nothing changes. */

const cluster = new UserCluster()
test.after.always(() => cluster.destroy())

const HIDDEN = 'hunter2hunter2'
const MEMORY_KB_MAX = 700_000

const configMap = (metadata: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata: { ${metadata} }\n${more}`
const secret = (more: string) => `apiVersion: v1\nkind: Secret\nmetadata: { name: login }\n${more}\n`
const pod = (spec: string) =>
  `apiVersion: v1\nkind: Pod\nmetadata: { name: p }\nspec:\n${spec}\n  containers: [{ name: c, image: i, command: [node] }]\n`
const utf16 = Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(configMap('name: x'), 'utf16le')])
const aliasBomb = [
  'a0: &a0 [x,x,x,x,x,x,x,x,x]',
  ...Array.from({ length: 11 }, (_, at) => `a${at + 1}: &a${at + 1} [${Array(9).fill(`*a${at}`)}]`),
].join('\n')

/** What is pushed as apps/hello/bad.yaml, and the line that answers it. */
const REFUSED: readonly (readonly [string, string | Uint8Array, RegExp])[] = [
  ['invalid YAML', 'a: [b\nc: d\n', /bad\.yaml:2: is no valid YAML or JSON: /],
  [
    'binary junk',
    new Uint8Array([0, 159, 146, 150, 255]),
    /bad\.yaml:1: .*not valid UTF-8; save the file as UTF-8 text/,
  ],
  ['UTF-16', utf16, /bad\.yaml:1: .*the text is UTF-16, not UTF-8; save the file as UTF-8 text/],
  ['an alias bomb', configMap('name: x', aliasBomb), /bad\.yaml: more than 200000 values, aliases expanded; split the/],
  ['100,000 brackets', '['.repeat(100_000), /bad\.yaml:1: more than 200 objects and lists inside one another/],
  ['a file of 1.1 MB', `# ${'x'.repeat(1_100_000)}`, /bad\.yaml: is larger than 1 MiB; split the file/],
  ['no kind', 'a: b\n', /bad\.yaml:1: apiVersion is missing; write e\.g\./],
  ['an unknown kind', 'apiVersion: v1\nkind: Frob\nmetadata: {name: x}\n', /:2: kind Frob of v1 is not served here/],
  ['an unknown field', configMap('name: x', 'datta: {}'), /:4: ConfigMap hello\/x: unknown field "datta"; correct/],
  [
    'a wrong type',
    configMap('name: x', 'data:\n  a: 5'),
    /:5: .*data\[a\]: .*must be a string, not a number \(put it in q/,
  ],
  ['__proto__', configMap('name: x', '__proto__: {a: b}'), /unknown field "__proto__"/],
  ['a key twice', configMap('name: x', 'data: {a: b, a: c}'), /data\.a is given more than once; keep one/],
  [
    'generateName',
    configMap('generateName: x'),
    /has generateName, so each sync would create another one; write a name/,
  ],
  ['uid', configMap('name: x, uid: foo'), /metadata\.uid of ConfigMap x is written by the server; remove it/],
  ['an object twice', configMap('name: hello'), /ConfigMap hello\/hello stands also at .*; keep one of the two/],
  [
    'a namespace not its own',
    configMap('name: x, namespace: other'),
    /may write only to hello; remove .*or first push a gr/,
  ],
  ['kube-system', configMap('name: x, namespace: kube-system'), /kube-\* and pintle-\* are for cluster\/ alone/],
  [
    'a Namespace',
    'apiVersion: v1\nkind: Namespace\nmetadata: {name: x}\n',
    /belongs to the whole cluster.*below cluster\//,
  ],
  [
    'hostPath',
    pod('  volumes: [{ name: h, hostPath: { path: /etc } }]'),
    /hostPath is denied by policy host-path: .*remove it/,
  ],
  ['hostNetwork', pod('  hostNetwork: true'), /hostNetwork is denied by policy host-network: .*remove it, or put/],
  ['escapes in a name', configMap('name: "x\\e[31m"', 'data: 5'), /ConfigMap hello\/x\\u001b\[31m: data: /],
  [
    'a Secret in no base64',
    secret(`data: { password: "${HIDDEN}!" }`),
    /login: data\[password\] .*write plain text below st/,
  ],
  [
    'a Secret of a wrong type',
    secret(`stringData: { password: { ${HIDDEN}: x } }`),
    /stringData\[password\] .*wrong form/,
  ],
  ['a Secret that is no YAML', secret(`stringData: { password: "${HIDDEN}`), /:\d+: is no valid YAML or JSON: /],
  [
    'a Secret that names an anchor',
    secret(`stringData: { password: *${HIDDEN} }`),
    /put it in quotes if you mean a text/,
  ],
]

test.before(async () => {
  await cluster.up('--template')
  await cluster.cloneRepository()
})

/** Commits what was changed and pushes; goes back when the push is refused. */
async function push(title: string): Promise<{ code: number; text: string }> {
  await cluster.commit(title)
  const { code, text } = await cluster.git('push', '--push-option', 'wait=20s')
  if (code !== 0) await cluster.git('reset', '--quiet', '--hard', 'origin/main')
  return { code, text }
}

for (const [name, content, answer] of REFUSED) {
  test.serial(`${name} is refused`, async t => {
    cluster.write('apps/hello/bad.yaml', content)
    const { code, text } = await push(name)
    t.not(code, 0)
    t.regex(text, answer)
    t.regex(text, /Refused: this push brings in 1 error/)
    t.regex(text, /Nothing was changed\. Correct it and push again/)
    t.false(text.includes(HIDDEN), 'a value of a Secret is shown')
    t.false(text.includes('\u001b[31m'))
  })
}

test.serial('a link is refused, wherever it leads', async t => {
  for (const target of ['/etc/passwd', '../greeter/configmap.yaml', '.']) {
    symlinkSync(target, join(cluster.clone, 'apps/hello/link.yaml'))
    const { code, text } = await push(`a link to ${target}`)
    t.not(code, 0)
    t.regex(text, /link\.yaml: is a symbolic link, and links are never followed; put the file itself here/)
    rmSync(join(cluster.clone, 'apps/hello/link.yaml'), { force: true })
  }
})

test.serial('a submodule is refused', async t => {
  const commit = (await cluster.git('rev-parse', 'HEAD')).out.trim()
  await cluster.git('update-index', '--add', '--cacheinfo', `160000,${commit},apps/hello/lib`)
  await cluster.git('commit', '--quiet', '--message', 'a submodule')
  const { code, text } = await cluster.git('push')
  await cluster.git('reset', '--quiet', '--hard', 'origin/main')
  t.not(code, 0)
  t.regex(text, /apps\/hello\/lib: is a submodule, and other repositories are never fetched; copy the manifests/)
})

test.serial('a tree that would lead out of a work tree is refused', async t => {
  const blob = (await cluster.git('hash-object', '-w', 'README.md')).out.trim()
  const entry = Buffer.concat([Buffer.from('100644 ..\0'), Buffer.from(blob, 'hex')])
  const git = (input: Uint8Array | string, ...args: string[]) =>
    execFileSync('git', args, { cwd: cluster.clone, input }).toString().trim()
  const bad = git(entry, 'hash-object', '-t', 'tree', '-w', '--stdin', '--literally')
  const root = git(`040000 tree ${bad}\tapps\n`, 'mktree')
  const { out } = await cluster.git('commit-tree', root, '-p', 'HEAD', '-m', 'out of here')
  const { code, text } = await cluster.git('push', 'origin', `${out.trim()}:refs/heads/main`)
  t.not(code, 0)
  t.regex(text, /\.\./)
})

test.serial('a file of 100 MB is refused by name', async t => {
  cluster.write('apps/hello/big.bin', Buffer.alloc(100 * 1024 * 1024, 'a'))
  const { code, text } = await push('big')
  t.not(code, 0)
  t.regex(text, /apps\/hello\/big\.bin has 100 MB; a file here may have 32 MB\. Keep it elsewhere/)
})

test.serial('control characters in a path and in a message reach no terminal', async t => {
  const path = 'apps/hello/esc\u001b[31mred\u0007\nline.yaml'
  cluster.write(path, configMap('name: escaped'))
  const landed = await push('title \u001b[31mred\u0007')
  t.is(landed.code, 0, landed.text)
  cluster.write(path, configMap('name: escaped', 'foo: 1'))
  const refused = await push('again')
  t.regex(refused.text, /esc\\u001b\[31mred\\u0007\\u000aline\.yaml:4: ConfigMap hello\/escaped: unknown field "foo"/)
  await cluster.git('fetch', '--quiet')
  const outputs = [
    refused.text,
    (await cluster.pintle('status')).text,
    (await cluster.pintle('history')).text,
    (await cluster.pintle('plan')).text,
    (await cluster.git('log', '-3', '--format=%B', 'origin/pintle/status')).text,
  ]
  for (const text of outputs) t.false(/\u001b\[31m|\u0007/.test(text), JSON.stringify(text))
})

test.serial('BOM and CRLF are read as kubectl reads them', async t => {
  cluster.write(
    'apps/hello/windows.yaml',
    `\ufeff${configMap('name: windows', 'data: {a: b}\n').replaceAll('\n', '\r\n')}`,
  )
  const { code, text } = await push('from Windows')
  t.is(code, 0, text)
  t.is((await cluster.kubectl('get', 'configmap', '-n', 'hello', 'windows', '-o', 'jsonpath={.data.a}')).out, 'b')
})

test.serial('a Secret is applied, and its value is in no plan, diff, status, log and event', async t => {
  cluster.write('apps/hello/login.yaml', secret(`stringData: { password: ${HIDDEN} }`))
  const first = await push('a secret')
  cluster.write('apps/hello/login.yaml', secret(`stringData: { password: ${HIDDEN}3 }`))
  const second = await push('another password')
  t.is(second.code, 0, second.text)
  t.regex(second.text, /~ Secret hello\/login/)
  await cluster.git('fetch', '--quiet')
  const told = [
    first.text,
    second.text,
    (await cluster.pintle('status', '-o', 'json')).text,
    (await cluster.pintle('plan', 'HEAD~1')).text,
    (await cluster.pintle('history', '-o', 'json')).text,
    (await cluster.git('log', '-p', 'origin/pintle/status', 'origin/pintle/live')).text,
    (await cluster.kubectl('get', 'events,applications,rollouts', '-A', '-o', 'json')).text,
    (await cluster.kubectl('describe', 'secret', '-n', 'hello', 'login')).text,
    cluster.read('../data/server.log'),
    cluster.read('../data/agent/agent.log'),
  ]
  const encoded = Buffer.from(HIDDEN).toString('base64').slice(0, 16)
  for (const text of told) t.false(text.includes(HIDDEN) || text.includes(encoded), text.slice(0, 500))
})

test.serial('5,000 files are planned and applied; a tree without them is held', async t => {
  for (let at = 0; at < 5_000; at++) {
    const path = `apps/many/${at % 50}/m${at}.yaml`
    mkdirSync(dirname(join(cluster.clone, path)), { recursive: true })
    cluster.write(path, configMap(`name: m${at}`))
  }
  await cluster.commit('many')
  const landed = await cluster.git('push', '--push-option', 'wait=60s')
  t.is(landed.code, 0, landed.text)
  t.regex(landed.text, /many: 5001 to create/)
  t.true(landed.text.split('\n').length < 100)
  await cluster.until('many is Healthy', async () => (await cluster.phases())['many'] === 'Healthy')
  rmSync(join(cluster.clone, 'apps'), { recursive: true })
  const emptied = await push('nothing left')
  t.regex(emptied.text, /many: Held .* deletes wait for approval/)
  t.regex(emptied.text, /pintle approve many [0-9a-f]{16}/)
  t.is((await cluster.pods('hello', 'hello')).length, 2)
})

test.serial('the pages of before go on, in bounded memory', async t => {
  const page = await (await fetch(await cluster.serviceAddress('hello', 'hello'))).text()
  t.regex(page, /Hello from Pintle/)
  const status = readFileSync(`/proc/${cluster.process?.pid}/status`, 'utf8')
  t.true(Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1]) < MEMORY_KB_MAX, status)
})
