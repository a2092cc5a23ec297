import test from 'ava'
import { configMap, deployment, MAIN, SyncCluster, settings } from './sync-cluster.ts'

/** Files of one broken application, and what its first reason must say. */
const CASES: readonly (readonly [what: string, files: Readonly<Record<string, string>>, reason: RegExp])[] = [
  ['invalid YAML', { 'x.yaml': 'a: 1\nb: [\n' }, /^apps\/bad\/x\.yaml:\d: is no valid YAML or JSON: /],
  [
    'an unknown field',
    { 'x.yaml': deployment('web').replace('replicas:', 'replica:') },
    /^apps\/bad\/x\.yaml:6: Deployment bad\/web: unknown field "spec\.replica"; correct/,
  ],
  [
    'a wrong type',
    { 'x.yaml': deployment('web').replace('replicas: 1', 'replicas: many') },
    /^apps\/bad\/x\.yaml:6: Deployment bad\/web: spec\.replicas: /,
  ],
  [
    'a missing field',
    { 'x.yaml': deployment('web').replace('image: web:1', 'imagePullPolicy: Always') },
    /^apps\/bad\/x\.yaml:1\d: Deployment bad\/web: spec\.template\.spec\.containers\[0\]\.image: Required/,
  ],
  [
    'the same object twice',
    { 'x.yaml': configMap('a'), 'y.yaml': configMap('a') },
    /^apps\/bad\/y\.yaml:1: ConfigMap bad\/a stands also at apps\/bad\/x\.yaml:1; keep one/,
  ],
  [
    'another namespace',
    { 'x.yaml': configMap('a', {}, 'good') },
    /^apps\/bad\/x\.yaml:1: ConfigMap good\/a is in namespace good, and application bad may write only to bad; .*cluster\/grants\.yaml/,
  ],
  [
    'a reserved namespace',
    { 'x.yaml': configMap('a', {}, 'kube-system') },
    /kube-\* and pintle-\* are for cluster\/ alone/,
  ],
  [
    'a privileged pod',
    {
      'x.yaml': deployment('web').replace(
        'image: web:1',
        'image: web:1\n          securityContext: {privileged: true}',
      ),
    },
    /^apps\/bad\/x\.yaml:16: .*privileged is denied by policy privileged-containers: /,
  ],
  [
    'a hostPath volume',
    { 'x.yaml': `${deployment('web')}      volumes: [{name: x, hostPath: {path: /etc}}]\n` },
    /volumes\[0\]\.hostPath is denied by policy host-path/,
  ],
  [
    'a cluster-wide object',
    { 'x.yaml': 'apiVersion: v1\nkind: Namespace\nmetadata: {name: other}\n' },
    /Namespace other belongs to the whole cluster, and application bad may not write it; put it below cluster\//,
  ],
  [
    'an unknown kind',
    { 'x.yaml': 'apiVersion: v1\nkind: Deployment\nmetadata: {name: x}\n' },
    /kind Deployment of v1 is not served here; write "apiVersion: apps\/v1"/,
  ],
  ['no name', { 'x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {}\n' }, /ConfigMap has no name/],
  [
    'generateName',
    { 'x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {generateName: a-}\n' },
    /generateName, so each sync would create another one; write a name/,
  ],
  [
    'fields of the server',
    { 'x.yaml': 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, uid: b}\n' },
    /metadata\.uid of ConfigMap a is written by the server; remove it/,
  ],
  [
    'a kind of our own',
    { 'x.yaml': settings('bad', {}) },
    /Application bad belongs to the sync engine; only application\.yaml/,
  ],
  ['an alias bomb', { 'x.yaml': bomb() }, /^apps\/bad\/x\.yaml/],
  ['deep nesting', { 'x.yaml': '['.repeat(100_000) }, /^apps\/bad\/x\.yaml/],
  [
    'a file of 2 MiB',
    { 'x.yaml': `# ${'x'.repeat(2 * 1024 * 1024)}` },
    /^apps\/bad\/x\.yaml: is larger than 1 MiB; split/,
  ],
  [
    'an LFS pointer',
    { 'x.yaml': 'version https://git-lfs.github.com/spec/v1\noid sha256:1\nsize 1\n' },
    /is a Git LFS pointer/,
  ],
  [
    'an unsupported drift',
    { 'application.yaml': settings('bad', { drift: 'record' }) },
    /drift: record is not supported yet; use heal/,
  ],
  [
    'an unknown setting',
    { 'application.yaml': settings('bad', { prunes: true }) },
    /field spec\.prunes is not known; known are namespace/,
  ],
  ['another name', { 'application.yaml': settings('worse', {}) }, /the name worse is not the directory's/],
  [
    'a missing dependency',
    { 'application.yaml': settings('bad', { dependsOn: ['nobody'] }) },
    /bad depends on nobody, which is not in the repository/,
  ],
]

function bomb(): string {
  const levels = Array.from(
    { length: 12 },
    (_, level) => `l${level + 1}: &l${level + 1} [${Array(10).fill(`*l${level}`).join(', ')}]`,
  )
  return `l0: &l0 [x, x]\n${levels.join('\n')}\n`
}

for (const [what, files, reason] of CASES) {
  test(`an application with ${what} is Invalid with a reason, and the others go on`, async t => {
    const cluster = await SyncCluster.start()
    const below = Object.fromEntries(Object.entries(files).map(([name, text]) => [`apps/bad/${name}`, text]))
    const commit = await cluster.push({ 'apps/good/a.yaml': configMap('a'), ...below })
    await cluster.untilPhase('good', 'Healthy', commit)
    const bad = await cluster.untilPhase('bad', 'Invalid', commit)
    t.regex(bad.status?.reasons?.[0] ?? '', reason)
    t.deepEqual(
      (await cluster.rollouts('bad')).map(({ status }) => status?.phase),
      ['Invalid'],
    )
    await cluster.crash()
  })
}

test('links and submodules are errors and never followed', async t => {
  const cluster = await SyncCluster.start()
  const blob = await cluster.git.writeBlob(Buffer.from('../../../../etc/passwd'))
  const app = await cluster.git.writeTree([
    { mode: '120000', name: 'x.yaml', id: blob },
    { mode: '160000', name: 'lib', id: 'a'.repeat(40) },
  ])
  const apps = await cluster.git.writeTree([{ mode: '040000', name: 'bad', id: app }])
  const tree = await cluster.git.writeTree([{ mode: '040000', name: 'apps', id: apps }])
  const author = { name: 'Ann', email: 'a@b', timestamp: 1, offsetMinutes: 0 }
  const commit = await cluster.git.writeCommit({ tree, parents: [], author, message: 'x' })
  await cluster.git.updateRefs([{ ref: MAIN, expected: null, target: commit }], 'x')
  const bad = await cluster.untilPhase('bad', 'Invalid')
  t.regex(
    bad.status?.reasons?.join('\n') ?? '',
    /apps\/bad\/lib: is a submodule.*\n?.*apps\/bad\/x\.yaml: is a symbolic link/s,
  )
  await cluster.crash()
})

test('the last good state of an application that became Invalid goes on running and is healed', async t => {
  const cluster = await SyncCluster.start()
  const good = await cluster.push({ 'apps/a/x.yaml': configMap('x'), 'apps/a/y.yaml': configMap('y') })
  await cluster.untilPhase('a', 'Healthy', good)
  await cluster.push({ 'apps/a/x.yaml': 'a: [', 'apps/a/y.yaml': null })
  await cluster.untilPhase('a', 'Invalid')
  t.deepEqual([...(await cluster.names('v1', 'ConfigMap', 'a'))].sort(), ['x', 'y'])
  const kind = cluster.admin.kinds.byKind('v1', 'ConfigMap')!.kind
  await cluster.admin.delete(kind, { namespace: 'a', name: 'x' })
  await cluster.until('x is back', async () => (await cluster.names('v1', 'ConfigMap', 'a')).includes('x'))
  t.pass()
  await cluster.crash()
})
