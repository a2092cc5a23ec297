import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { Check } from './client-suite.ts'
import { configMap, deployment, pod, refusal, template } from './suite-objects.ts'

export function serverSideApplyChecks(check: Check): void {
  const manager = { fieldManager: 'one' }

  check('apply creates, and applying the same again changes nothing', async (t, { client, namespace }) => {
    const first = await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1' }), manager)
    t.like(first.metadata.managedFields?.[0], { manager: 'one', operation: 'Apply', apiVersion: 'v1' })
    t.deepEqual(await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1' }), manager), first)
  })

  check('a field of another manager is a conflict, unless forced', async (t, { client, namespace }) => {
    await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1' }), manager)
    const other = { fieldManager: 'two' }
    const error = await refusal(t, client.apply(ConfigMap, configMap(namespace, 'one', { a: '2' }), other))
    t.is(error.reason, 'Conflict')
    t.is(error.message, 'Apply failed with 1 conflict: conflict with "one": .data.a')
    t.deepEqual(error.status.details?.causes, [
      { reason: 'FieldManagerConflict', message: 'conflict with "one"', field: '.data.a' },
    ])
    const forced = await client.apply(ConfigMap, configMap(namespace, 'one', { a: '2' }), { ...other, force: true })
    t.deepEqual(forced.data, { a: '2' })
    t.deepEqual(
      forced.metadata.managedFields?.map(entry => entry.manager),
      ['two'],
    )
  })

  check('a field left out of the next apply goes, unless somebody else owns it too', async (t, context) => {
    const { client, namespace } = context
    await client.apply(ConfigMap, configMap(namespace, 'one', { a: '1', b: '2' }), manager)
    await client.apply(ConfigMap, configMap(namespace, 'one', { b: '2' }), { fieldManager: 'two' })
    const last = await client.apply(ConfigMap, configMap(namespace, 'one', {}), manager)
    t.deepEqual(last.data, { b: '2' })
  })

  check('items of a list with keys are owned one by one', async (t, { client, namespace }) => {
    const withContainer = (name: string) => ({
      ...deployment(namespace, 'web'),
      spec: { ...deployment(namespace, 'web').spec, template: template([{ name, image: `example/${name}:1` }]) },
    })
    await client.apply(Deployment, withContainer('a'), manager)
    const both = await client.apply(Deployment, withContainer('b'), { fieldManager: 'two' })
    t.deepEqual(both.spec.template.spec?.containers.map(({ name }) => name).toSorted(), ['a', 'b'])
  })

  check('defaults belong to nobody', async (t, { client, namespace }) => {
    const created = await client.create(Pod, pod(namespace, 'one'), { fieldManager: 'maker' })
    t.is(created.spec.restartPolicy, 'Always')
    const fields = JSON.stringify(created.metadata.managedFields)
    t.regex(fields, /f:image"/)
    t.notRegex(fields, /restartPolicy|dnsPolicy|imagePullPolicy|tolerations/)
  })

  check('apply as a precondition: a uid of an object that does not exist', async (t, { client, namespace }) => {
    const object = configMap(namespace, 'one', { a: '1' })
    const uid = '00000000-0000-4000-8000-000000000000'
    const attempt = client.apply(ConfigMap, { ...object, metadata: { namespace, name: 'one', uid } }, manager)
    t.is((await refusal(t, attempt)).code, 409)
  })
}
