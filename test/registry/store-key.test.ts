import test from 'ava'
import type { Kind } from '../../src/api/kind.ts'
import { Deployment } from '../../src/api/kinds/apps/deployment.ts'
import { Namespace } from '../../src/api/kinds/core/namespace.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { claimKey, fenceKey, kindPrefixOf, objectKeyOf, storeKey, storePrefix } from '../../src/registry/store-key.ts'

const kinds = { Pod, Deployment, Namespace } as unknown as Record<string, Kind>

test('keys have the group, the plural, the namespace and the name', t => {
  t.is(storeKey(kinds['Pod']!, { namespace: 'a', name: 'b' }), '/pintle/core/pods/a/b')
  t.is(storeKey(kinds['Deployment']!, { namespace: 'a', name: 'b' }), '/pintle/apps/deployments/a/b')
  t.is(storeKey(kinds['Namespace']!, { name: 'b' }), '/pintle/core/namespaces/b')
  t.is(storePrefix(kinds['Pod']!, 'a'), '/pintle/core/pods/a/')
  t.is(storePrefix(kinds['Pod']!), '/pintle/core/pods/')
  t.is(claimKey('cluster-ip/10.96.0.1'), '/pintle/claims/cluster-ip/10.96.0.1')
  t.is(fenceKey({ namespace: 'kube-system', name: 'leader' }), '/pintle/fences/kube-system/leader')
})

test('a key leads back to its object and kind', t => {
  for (const kind of Object.values(kinds)) {
    const key = kind.namespaced ? { namespace: 'a', name: 'b.c' } : { name: 'b.c' }
    const path = storeKey(kind, key)
    t.deepEqual(objectKeyOf(kind, path), key)
    t.is(kindPrefixOf(path), storePrefix(kind))
  }
  t.is(kindPrefixOf('/pintle/x'), undefined)
})
