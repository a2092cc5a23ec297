import { readdir } from 'node:fs/promises'
import { request as httpRequest } from 'node:http'
import { gzipSync } from 'node:zlib'
import test from 'ava'
import { startGitServer } from './git-server-fixture.ts'
import { commitFiles, eventually } from './scratch-repository.ts'

const LS_REFS = '0014command=ls-refs\n00010009peel\n0000'

test('protocol version 2 with a compressed request, as a fetch sends it', async t => {
  const server = await startGitServer(t)
  const commit = await commitFiles(server.repository, { a: '1' })
  await commitFiles(server.repository, { a: '1' }, 'refs/pintle/keep/1')
  const response = await fetch(`${server.url}/git-upload-pack`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-git-upload-pack-request',
      'content-encoding': 'gzip',
      'git-protocol': 'version=2',
    },
    body: gzipSync(LS_REFS),
  })
  t.is(response.status, 200)
  t.is(response.headers.get('content-type'), 'application/x-git-upload-pack-result')
  const body = await response.text()
  t.true(body.includes(`${commit} refs/heads/main`))
  t.false(body.includes('refs/pintle/keep'))
})

test('nothing but the smart protocol of this repository is answered', async t => {
  const server = await startGitServer(t)
  const statuses: [path: string, method: string, status: number][] = [
    ['/info/refs?service=git-upload-pack', 'GET', 200],
    ['/info/refs?service=git-receive-pack', 'GET', 200],
    ['/info/refs', 'GET', 404],
    ['/info/refs?service=git-upload-archive', 'GET', 404],
    ['/HEAD', 'GET', 404],
    ['/config', 'GET', 404],
    ['/objects/info/packs', 'GET', 404],
    ['/../../pushes.log', 'GET', 404],
    ['//[', 'GET', 404],
    ['/git-upload-pack', 'GET', 405],
    ['/info/refs?service=git-upload-pack', 'POST', 405],
  ]
  for (const [path, method, status] of statuses) {
    t.is((await fetch(server.url + path, { method })).status, status, `${method} ${path}`)
  }
  const other = server.url.replace('cluster.git', 'other.git')
  const answer = await fetch(`${other}/info/refs?service=git-upload-pack`)
  t.is(answer.status, 404)
  t.regex(await answer.text(), /There is no such Git repository here/)
  const named = await startGitServer(t, {}, 'evil\nname')
  t.is((await fetch(`${named.url}/info/refs?service=git-upload-pack`)).status, 400)
})

test('a client that goes away in the middle of its push leaves no process and no object', async t => {
  const server = await startGitServer(t)
  const commit = await commitFiles(server.repository, { a: '1' })
  const request = httpRequest(`${server.url}/git-receive-pack`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-git-receive-pack-request' },
  })
  request.on('error', () => {})
  const line = `${commit} ${'1'.repeat(40)} refs/heads/main\0report-status`
  const header = Buffer.from('PACK\0\0\0\x02\0\0\0\x01')
  request.write(`${(line.length + 4).toString(16).padStart(4, '0')}${line}0000${header}`)
  const quarantines = async () =>
    (await readdir(`${server.repository.path}/objects`)).filter(name => name.startsWith('tmp_objdir'))
  t.true(await eventually(async () => (await quarantines()).length === 1))
  request.destroy()
  t.true(await eventually(async () => (await quarantines()).length === 0))
  t.is(await server.repository.readRef('refs/heads/main'), commit)
})

test('more requests at once than allowed are told to come back', async t => {
  const server = await startGitServer(t)
  const open = Array.from({ length: 80 }, () => {
    const request = httpRequest(`${server.url}/git-upload-pack`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-git-upload-pack-request' },
    })
    const status = new Promise<number | undefined>(resolve => {
      request.on('response', response => resolve(response.statusCode))
      request.on('error', () => resolve(undefined))
    })
    request.write('0')
    return { request, status }
  })
  let busy = 0
  for (const { status } of open) void status.then(code => (busy += code === 503 ? 1 : 0))
  t.true(await eventually(() => busy > 0))
  for (const { request } of open) request.destroy()
  t.true(await eventually(async () => (await fetch(`${server.url}/info/refs?service=git-upload-pack`)).status === 200))
})
