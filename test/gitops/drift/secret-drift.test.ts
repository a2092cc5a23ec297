import test from 'ava'
import { Secret } from '../../../src/api/kinds/core/secret.ts'
import { SyncCluster } from '../sync-cluster.ts'

const manifest = `apiVersion: v1
kind: Secret
metadata: { name: login }
stringData: { password: correct horse }
`

test('a Secret that somebody changed or deleted is put back, and its value is told nowhere', async t => {
  const cluster = await SyncCluster.start()
  const commit = await cluster.push({ 'apps/a/login.yaml': manifest })
  await cluster.untilPhase('a', 'Healthy', commit)
  const key = { namespace: 'a', name: 'login' }
  const original = (await cluster.admin.get(Secret, key)).data
  await cluster.admin.delete(Secret, key)
  await cluster.until('it is there again', async () => (await cluster.names('v1', 'Secret', 'a')).includes('login'))
  const body = { stringData: { password: 'other' } }
  await cluster.admin.patch(Secret, key, { type: 'merge', body })
  await cluster.until('its value is back', async () => {
    const { data } = await cluster.admin.get(Secret, key)
    return data?.['password'] === original?.['password']
  })
  const application = JSON.stringify(await cluster.untilPhase('a', 'Healthy', commit))
  t.false(/correct horse|Y29ycmVjdCBob3JzZQ/.test(application))
  await cluster.crash()
})
