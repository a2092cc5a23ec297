import test from 'ava'
import { parseResourcePath } from '../../src/server/api-path.ts'

type Parts = readonly [
  apiVersion: string,
  namespace: string | undefined,
  plural: string,
  name?: string,
  subresource?: string,
]

const PATHS: readonly (readonly [path: string, parts: Parts | undefined])[] = [
  ['/api/v1/pods', ['v1', undefined, 'pods']],
  ['/api/v1/namespaces', ['v1', undefined, 'namespaces']],
  ['/api/v1/namespaces/a', ['v1', undefined, 'namespaces', 'a']],
  ['/api/v1/namespaces/a/status', ['v1', undefined, 'namespaces', 'a', 'status']],
  ['/api/v1/namespaces/a/finalize', ['v1', undefined, 'namespaces', 'a', 'finalize']],
  ['/api/v1/namespaces/a/pods', ['v1', 'a', 'pods']],
  ['/api/v1/namespaces/a/pods/p/log', ['v1', 'a', 'pods', 'p', 'log']],
  ['/apis/apps/v1/deployments', ['apps/v1', undefined, 'deployments']],
  ['/apis/apps/v1/namespaces/a/deployments/d/scale', ['apps/v1', 'a', 'deployments', 'd', 'scale']],
  ['/apis/gitops.pintle.dev/v1/applications/hello', ['gitops.pintle.dev/v1', undefined, 'applications', 'hello']],
  ['/api/v1/namespaces/a/pods/system%3Ax', ['v1', 'a', 'pods', 'system:x']],
  ['/', undefined],
  ['/version', undefined],
  ['/api', undefined],
  ['/api/v1', undefined],
  ['/apis/apps', undefined],
  ['/apis/apps/v1', undefined],
  ['/api/v1//pods', undefined],
  ['/api/v1/namespaces/a/pods/p/log/more', undefined],
  ['/openapi/v3/apis/apps/v1', undefined],
]

for (const [path, parts] of PATHS)
  test(`${path} is ${parts === undefined ? 'no resource' : parts.join(' ')}`, t => {
    const found = parseResourcePath(path)
    const [apiVersion, namespace, plural, name, subresource] = parts ?? []
    t.deepEqual(found, parts && { apiVersion: apiVersion!, namespace, plural: plural!, name, subresource })
  })

for (const path of ['/api/v1/pods/a%2Fb', '/api/v1/pods/%00', '/api/v1/pods/%zz', '/api/v1/pods/%ff'])
  test(`${path} is a bad request`, t => {
    t.like(
      t.throws(() => parseResourcePath(path)),
      { code: 400 },
    )
  })
