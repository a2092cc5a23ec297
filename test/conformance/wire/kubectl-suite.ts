import type { ExecutionContext, TestFn } from 'ava'
import type { Kubectl } from './kubectl.ts'
import { findKubectl, openKubectl } from './kubectl.ts'
import type { WireServer } from './wire-server.ts'
import { configMap, deployment, startWireServer } from './wire-server.ts'

interface Context {
  readonly wire: WireServer
  readonly kubectl: Kubectl
}

type Body = (t: ExecutionContext, run: Run, context: Context & { readonly namespace: string }) => Promise<void>
/** Runs kubectl in the check's namespace; what it printed. Fails unless it ends with `code`. */
type Run = (args: string, options?: { readonly input?: unknown; readonly code?: number }) => Promise<string>

/** What people do with kubectl, by one of its minor versions, against the real server. Skipped where it is missing. */
export function kubectlSuite(test: TestFn<Context>, minor: string): void {
  const binary = findKubectl(minor)
  if (binary === undefined) {
    test.skip(`kubectl ${minor} is not installed here`, t => t.pass())
    return
  }
  test.before(async t => {
    const wire = await startWireServer()
    t.context = { wire, kubectl: await openKubectl(binary, wire.server) }
  })
  test.after.always(async t => {
    await t.context.kubectl?.close()
    await t.context.wire?.close()
  })
  const check = (title: string, body: Body) =>
    test(`kubectl ${minor}: ${title}`, async t => {
      const namespace = await t.context.wire.namespace()
      const run: Run = async (args, { input, code = 0 } = {}) => {
        const text = input === undefined ? '' : typeof input === 'string' ? input : JSON.stringify(input)
        const result = await t.context.kubectl.run(['-n', namespace, ...args.split(' ')], text)
        if (result.code !== code) t.fail(`kubectl ${args} ended with ${result.code}: ${result.error}${result.out}`)
        return result.out + result.error
      }
      await body(t, run, { ...t.context, namespace })
    })
  looking(check)
  creating(check)
  applying(check)
  changing(check, minor)
  ending(check)
  logging(check)
}

type Check = (title: string, body: Body) => void

function looking(check: Check): void {
  check('version', async (t, run) => {
    const printed = await run('version -o json')
    t.regex(printed, /"major": "1",\s+"minor": "36",\s+"gitVersion": "v1\.36\.0\+pintle\./)
  })

  check('api-resources and api-versions', async (t, run) => {
    const names = (await run('api-resources --api-group=apps -o name')).trim().split('\n').sort()
    t.deepEqual(names, ['deployments.apps', 'replicasets.apps'])
    t.regex(await run('api-resources -o wide'), /pods +po +v1 +true +Pod +\S*create\S* +all/)
    t.regex(await run('api-versions'), /apps\/v1\n/)
  })

  check('get: table, wide, yaml, name, labels, sorted', async (t, run, { namespace }) => {
    await run('create -f -', { input: deployment('web') })
    t.regex(await run('get deploy'), /^NAME +READY +UP-TO-DATE +AVAILABLE +AGE\nweb +0\/1 +0 +0 +\d+s\n/)
    t.regex(await run('get deploy web -o wide'), /CONTAINERS +IMAGES +SELECTOR\nweb .* main +nginx:1\.27 +app=web\n/)
    t.regex(await run('get deploy web -o yaml'), /^apiVersion: apps\/v1\nkind: Deployment\n/)
    t.is(await run('get deploy -o name'), 'deployment.apps/web\n')
    t.is(await run('get deploy -l app=none'), `No resources found in ${namespace} namespace.\n`)
    t.regex(await run('get ns --sort-by=.metadata.name'), /default[\s\S]*kube-node-lease[\s\S]*kube-public/)
    t.regex(await run('get deploy,cm -A'), /NAMESPACE +NAME +READY/)
    t.regex(
      await run('get deploy none', { code: 1 }),
      /Error from server \(NotFound\): deployments\.apps "none" not found/,
    )
    t.is(await run('get --raw /readyz'), 'ok')
    t.regex(await run('describe deploy web'), /Name: +web\n/)
  })

  check('get -w sees what comes', async (t, _run, { kubectl, wire, namespace }) => {
    const watching = kubectl.runUntil(['-n', namespace, 'get', 'cm', '-w', '-o', 'name'], 'configmap/late')
    setTimeout(() => void wire.send('POST', `/api/v1/namespaces/${namespace}/configmaps`, configMap('late')), 1_000)
    t.regex(await watching, /configmap\/late\n/)
  })
}

function logging(check: Check): void {
  check('logs: of one container, of several, followed', async (t, run) => {
    const podOf = (name: string, containers: string[]) => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      spec: { nodeName: 'node-1', containers: containers.map(each => ({ name: each, image: 'x' })) },
    })
    await run('create -f -', { input: podOf('one', ['main']) })
    await run('create -f -', { input: podOf('two', ['a', 'b']) })
    t.is(await run('logs one'), '{"container":"main","previous":false,"timestamps":false}\n')
    const answer = await run('logs one --previous --timestamps --tail=3')
    t.is(answer, '{"container":"main","previous":true,"timestamps":true,"tailLines":3}\n')
    t.regex(await run('logs two -c b'), /"container":"b"/)
    t.regex(await run('logs two -c none', { code: 1 }), /container none is not valid for pod two/)
    t.regex(await run('logs one -f'), /"main"[^\n]*\nand later\n$/)
    t.regex(await run('logs none', { code: 1 }), /pods "none" not found/)
  })
}

function creating(check: Check): void {
  check('create ns, configmap, deployment, secret, service by its own generators', async (t, run, { namespace }) => {
    t.is(await run(`create ns ${namespace}-more`), `namespace/${namespace}-more created\n`)
    t.is(await run('create configmap cm --from-literal=a=1'), 'configmap/cm created\n')
    t.is(await run('get cm cm -o jsonpath={.data.a}'), '1')
    t.is(await run('create deployment web --image=nginx --replicas=2'), 'deployment.apps/web created\n')
    t.is(await run('get deploy web -o jsonpath={.spec.replicas}{.spec.template.spec.containers[0].image}'), '2nginx')
    t.is(await run('create secret generic s --from-literal=password=hunter2'), 'secret/s created\n')
    t.is(await run('get secret s -o jsonpath={.data.password}'), Buffer.from('hunter2').toString('base64'))
    t.is(await run('create sa robot'), 'serviceaccount/robot created\n')
    t.is(await run('expose deploy web --port=80'), 'service/web exposed\n')
    t.is(await run('get svc web -o jsonpath={.spec.selector.app}{.spec.ports[0].targetPort}'), 'web80')
    t.is(await run('run one --image=nginx'), 'pod/one created\n')
  })

  check('create -f twice, with validation, with dry runs', async (t, run) => {
    t.is(await run('create -f -', { input: configMap('a') }), 'configmap/a created\n')
    t.regex(
      await run('create -f -', { input: configMap('a'), code: 1 }),
      /\(AlreadyExists\).*configmaps "a" already exists/,
    )
    const unknown = { ...deployment('d'), spec: { ...deployment('d').spec, unheard: 1 } }
    t.regex(
      await run('create -f -', { input: unknown, code: 1 }),
      /strict decoding error: unknown field "spec\.unheard"/,
    )
    t.regex(await run('create --validate=warn -f -', { input: unknown }), /Warning: unknown field "spec\.unheard"/)
    t.regex(await run('create --dry-run=server -f -', { input: configMap('b') }), /created \(server dry run\)/)
    await run('get cm b', { code: 1 })
  })
}

function applying(check: Check): void {
  check('apply: created, unchanged, configured; what left the manifest goes', async (t, run) => {
    t.is(await run('apply -f -', { input: configMap('a', { x: '1', y: '2' }) }), 'configmap/a created\n')
    t.is(await run('apply -f -', { input: configMap('a', { x: '1', y: '2' }) }), 'configmap/a unchanged\n')
    t.is(await run('apply -f -', { input: configMap('a', { x: '3' }) }), 'configmap/a configured\n')
    t.is(await run('get cm a -o jsonpath={.data}'), '{"x":"3"}')
    t.is(await run('apply -f -', { input: deployment('d', { replicas: 1 }) }), 'deployment.apps/d created\n')
    const { replicas: _, ...spec } = deployment('d').spec
    await run('apply -f -', { input: { ...deployment('d'), spec } })
    await run('scale deploy d --replicas=4')
    t.is(await run('apply -f -', { input: { ...deployment('d'), spec } }), 'deployment.apps/d unchanged\n')
    t.is(await run('get deploy d -o jsonpath={.spec.replicas}'), '4')
  })

  check('apply --server-side: applied, conflict, forced', async (t, run) => {
    t.is(
      await run('apply --server-side -f -', { input: configMap('a', { x: '1' }) }),
      'configmap/a serverside-applied\n',
    )
    t.is(
      await run('apply --server-side -f -', { input: configMap('a', { x: '1' }) }),
      'configmap/a serverside-applied\n',
    )
    const other = 'apply --server-side --field-manager=other -f -'
    const refused = await run(other, { input: configMap('a', { x: '2' }), code: 1 })
    t.regex(refused, /Apply failed with 1 conflict: conflict with "kubectl"/)
    t.regex(refused, /\.data\.x/)
    await run('apply --server-side --field-manager=other --force-conflicts -f -', { input: configMap('a', { x: '2' }) })
    t.is(await run('get cm a -o jsonpath={.data.x}'), '2')
  })

  check('from client-side to server-side apply one manager is left', async (t, run) => {
    await run('apply -f -', { input: configMap('a', { x: '1' }) })
    await run('apply --server-side -f -', { input: configMap('a', { x: '2' }) })
    const managers = await run('get cm a --show-managed-fields -o jsonpath={.metadata.managedFields[*].manager}')
    t.false(managers.split(' ').includes('kubectl-client-side-apply'), managers)
    t.is(await run('get cm a -o jsonpath={.data}'), '{"x":"2"}')
  })

  check('diff ends with 1, and with 0 once applied', async (t, run) => {
    await run('apply -f -', { input: configMap('a', { x: '1' }) })
    t.regex(await run('diff -f -', { input: configMap('a', { x: '2' }), code: 1 }), /\+ +x: "2"/)
    await run('diff --server-side -f -', { input: configMap('a', { x: '2' }), code: 1 })
    await run('apply -f -', { input: configMap('a', { x: '2' }) })
    await run('diff -f -', { input: configMap('a', { x: '2' }) })
  })
}

function changing(check: Check, minor: string): void {
  check('patch in three ways, label, annotate, scale, set, replace', async (t, run) => {
    await run('create -f -', { input: deployment('d') })
    t.is(await run('patch deploy d --type=merge -p {"spec":{"replicas":2}}'), 'deployment.apps/d patched\n')
    t.is(await run('patch deploy d --type=merge -p {"spec":{"replicas":2}}'), 'deployment.apps/d patched (no change)\n')
    await run('patch deploy d --type=json -p [{"op":"replace","path":"/spec/replicas","value":3}]')
    await run('patch deploy d -p {"spec":{"template":{"spec":{"containers":[{"name":"main","image":"nginx:2"}]}}}}')
    t.is(await run('get deploy d -o jsonpath={.spec.replicas}{.spec.template.spec.containers[*].image}'), '3nginx:2')
    t.is(await run('label deploy d team=blue'), 'deployment.apps/d labeled\n')
    t.regex(await run('annotate deploy d note=hello'), /^deployment\.apps\/d annotated?\n$/)
    t.is(await run('scale deploy d --replicas=5'), 'deployment.apps/d scaled\n')
    t.is(await run('scale deploy d --current-replicas=5 --replicas=1'), 'deployment.apps/d scaled\n')
    t.is(await run('set image deploy/d main=nginx:3'), 'deployment.apps/d image updated\n')
    t.is(await run('set env deploy/d A=B'), 'deployment.apps/d env updated\n')
    t.is(await run('rollout restart deploy d'), 'deployment.apps/d restarted\n')
    t.regex(await run('get deploy d --subresource=scale'), /NAME/)
    const current = JSON.parse(await run('get deploy d -o json'))
    t.is(
      await run('replace -f -', { input: { ...current, spec: { ...current.spec, replicas: 6 } } }),
      'deployment.apps/d replaced\n',
    )
    t.regex(await run('replace -f -', { input: current, code: 1 }), /the object has been modified/)
  })

  check('cordon, taint and drain see a node', async (t, run) => {
    const name = `node-${minor.replace('.', '-')}`
    await run('create -f -', { input: { apiVersion: 'v1', kind: 'Node', metadata: { name } } })
    t.is(await run(`cordon ${name}`), `node/${name} cordoned\n`)
    t.regex(await run(`get node ${name}`), /SchedulingDisabled/)
    t.is(await run(`taint node ${name} a=b:NoSchedule`), `node/${name} tainted\n`)
    t.is(await run(`uncordon ${name}`), `node/${name} uncordoned\n`)
    t.regex(await run(`drain ${name}`), new RegExp(`node/${name} drained`))
  })

  check('explain', async (t, run) => {
    t.regex(await run('explain deploy.spec.strategy'), /FIELD: strategy <DeploymentStrategy>[\s\S]*rollingUpdate/)
    t.regex(await run('explain pod.spec.containers --recursive'), /imagePullPolicy/)
  })
}

function ending(check: Check): void {
  check('delete and wait', async (t, run, { namespace }) => {
    for (const name of ['a', 'b', 'c'])
      await run('create -f -', { input: configMap(name, {}, { labels: { all: 'yes' } }) })
    t.is(
      await run('delete cm a'),
      `configmap "a" deleted${/ from/.test(await run('delete cm b')) ? ` from ${namespace} namespace` : ''}\n`,
    )
    t.regex(await run('delete cm -l all=yes'), /configmap "c" deleted/)
    t.regex(await run('delete cm none', { code: 1 }), /\(NotFound\)/)
    t.regex(await run('delete cm none --ignore-not-found'), /^$/)
    await run('create -f -', { input: deployment('d') })
    await run('wait deploy/d --for=jsonpath={.spec.replicas}=1 --timeout=5s')
    t.regex(await run('wait deploy/d --for=condition=Available --timeout=1s', { code: 1 }), /timed out/)
    await run('delete deploy d --wait=false')
    await run('wait deploy/d --for=delete --timeout=5s')
    await run('run p --image=nginx')
    t.regex(await run('delete pod p --force --grace-period=0'), /deleted/)
  })
}
