import test from 'ava'
import type { ApiError } from '../../src/api/api-error.ts'
import { Service } from '../../src/api/kinds/core/service.ts'
import type { Client, NewObject } from '../../src/client/client.ts'
import { openRegistry } from './open-registry.ts'

function service(name: string, spec: object = {}): NewObject<Service> {
  const ports = [{ port: 80 }]
  return { apiVersion: 'v1', kind: 'Service', metadata: { namespace: 'default', name }, spec: { ports, ...spec } }
}

const small = { serviceCidr: '10.96.0.0/28', nodePortRange: { from: 30_000, to: 30_003 } }
const create = (client: Client, name: string, spec?: object) => client.create(Service, service(name, spec))

test('a service gets an address of the range, kept by an update that leaves it out', async t => {
  const open = await openRegistry()
  const created = await create(open.admin, 'one')
  t.regex(created.spec.clusterIP ?? '', /^10\.96\.\d+\.\d+$/)
  t.deepEqual(created.spec.clusterIPs, [String(created.spec.clusterIP)])
  const updated = await open.admin.update(Service, service('one', { selector: { a: 'b' } }) as never)
  t.is(updated.spec.clusterIP, created.spec.clusterIP)
  await open.close()
})

test('addresses are unique until the range is full; a deleted service gives its own back', async t => {
  const open = await openRegistry(small)
  const given = new Set<string>()
  for (let at = 0; at < 13; at++) given.add(String((await create(open.admin, `s${at}`)).spec.clusterIP))
  t.is(given.size, 13)
  const error = await t.throwsAsync<ApiError>(create(open.admin, 'one-too-many'))
  t.regex(error.message, /range 10\.96\.0\.0\/28 is full/)
  const freed = (await open.admin.get(Service, { namespace: 'default', name: 's3' })).spec.clusterIP
  await open.admin.delete(Service, { namespace: 'default', name: 's3' })
  t.is((await create(open.admin, 'again')).spec.clusterIP, freed)
  await open.close()
})

test('a service that is made anew after everything was lost has the address and the port it had', async t => {
  const made = async () => {
    const open = await openRegistry()
    const { spec } = await create(open.admin, 'one', { type: 'NodePort' })
    await open.close()
    return [spec.clusterIP, spec.ports?.[0]?.nodePort]
  }
  t.deepEqual(await made(), await made())
})

test('an address asked for is kept, refused when taken or outside of the range', async t => {
  const open = await openRegistry()
  t.is((await create(open.admin, 'one', { clusterIP: '10.96.0.10' })).spec.clusterIP, '10.96.0.10')
  const taken = await t.throwsAsync<ApiError>(create(open.admin, 'two', { clusterIP: '10.96.0.10' }))
  t.is(taken.code, 422)
  t.regex(taken.message, /10\.96\.0\.10: provided IP is already allocated/)
  const outside = await t.throwsAsync<ApiError>(create(open.admin, 'two', { clusterIP: '10.97.0.10' }))
  t.is(outside.code, 422)
  t.regex(outside.message, /valid IPs is 10\.96\.0\.0\/16/)
  await open.close()
})

test('services created at the same time get different addresses', async t => {
  const open = await openRegistry(small)
  const made = await Promise.all(Array.from({ length: 10 }, (_, at) => create(open.admin, `s${at}`)))
  t.is(new Set(made.map(each => each.spec.clusterIP)).size, 10)
  await open.close()
})

test('a headless or external service has no address of its own', async t => {
  const open = await openRegistry()
  t.is((await create(open.admin, 'headless', { clusterIP: 'None' })).spec.clusterIP, 'None')
  await create(open.admin, 'headless-too', { clusterIP: 'None' })
  const external = await create(open.admin, 'external', {
    type: 'ExternalName',
    externalName: 'example.com',
    ports: [],
  })
  t.is(external.spec.clusterIP, undefined)
  await open.close()
})

test('node ports are unique, kept when asked for, and given back with the type', async t => {
  const open = await openRegistry(small)
  const first = await create(open.admin, 'one', { type: 'NodePort' })
  const port = first.spec.ports?.[0]?.nodePort ?? 0
  t.true(port >= 30_000 && port <= 30_003)
  const asked = { type: 'NodePort', ports: [{ port: 80, nodePort: port }] }
  const taken = await t.throwsAsync<ApiError>(create(open.admin, 'two', asked))
  t.regex(taken.message, /spec\.ports\[0\]\.nodePort: Invalid value: \d+: provided port is already allocated/)
  const outside = { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] }
  t.is((await t.throwsAsync<ApiError>(create(open.admin, 'two', outside))).code, 422)
  const body = { spec: { type: 'ClusterIP' } }
  const changed = await open.admin.patch(Service, { namespace: 'default', name: 'one' }, { type: 'merge', body })
  t.is(changed.spec.ports?.[0]?.nodePort, undefined)
  t.is((await create(open.admin, 'two', asked)).spec.ports?.[0]?.nodePort, port)
  await open.close()
})
