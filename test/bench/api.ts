import { Agent, createServer, request } from 'node:https'
import { ConfigMap } from '../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { loadKubeconfig } from '../../src/client/kubeconfig.ts'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { openPki } from '../../src/server/pki/pki.ts'
import { startBenchServer } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure, quantile, ratePerSecond, timeEach } from './figure.ts'

const PODS = 5_000

/** Creates over HTTPS, and GET and LIST beside a bare HTTPS server that sends the same bytes. */
export const benchmark: Benchmark = async function* () {
  await using server = await startBenchServer()
  const { client } = server
  const create = (at: number) =>
    client.create(ConfigMap, {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { namespace: 'default', name: `bench-${at}` },
      data: { text: 'x'.repeat(1_000) },
    })
  yield figure('api: creates over HTTPS, 1 client', await ratePerSecond(1_000, 1, create), '/s')
  yield figure('api: creates over HTTPS, 64 clients', await ratePerSecond(5_000, 64, at => create(at + 1_000)), '/s')

  await ratePerSecond(PODS, 32, at => client.create(Pod, podAt(at)))
  const access = await loadKubeconfig(`${server.directory}/kubeconfig`)
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ...tlsOf(access) })
  const fetch = (base: string, path: string) => download(`${base}${path}`, agent)
  const onePath = '/api/v1/namespaces/default/pods/pod-7'
  const listPath = '/api/v1/namespaces/default/pods'
  const one = await fetch(access.server, onePath)
  const list = await fetch(access.server, listPath)
  const bare = await startBareServer(
    server.directory,
    new Map([
      [onePath, one],
      [listPath, list],
    ]),
  )
  for (const [name, path, times] of [
    ['GET of a pod', onePath, 2_000],
    [`LIST of ${PODS} pods`, listPath, 30],
  ] as const) {
    await timeEach(times / 10, () => fetch(access.server, path))
    const own: number[] = []
    const floor: number[] = []
    // In turns, so that both see the same machine.
    for (let round = 0; round < 10; round++) {
      own.push(...(await timeEach(times / 10, () => fetch(access.server, path))))
      floor.push(...(await timeEach(times / 10, () => fetch(bare.address, path))))
    }
    for (const fraction of [0.5, 0.99]) {
      const reference = ['bare https server', quantile(floor, fraction)] as const
      yield figure(`api: ${name}, p${fraction * 100}`, quantile(own, fraction), 'ms', reference)
    }
  }
  agent.destroy()
  bare.close()
}

function podAt(at: number) {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace: 'default', name: `pod-${at}`, labels: { app: `app-${at % 50}` } },
    // No such scheduler: the pods stay as they are.
    spec: { schedulerName: 'none', containers: [{ name: 'main', image: 'example', command: ['run'] }] },
  } as const
}

interface Tls {
  readonly ca?: string
  readonly cert?: string
  readonly key?: string
}

function tlsOf({ ca, certificate, key }: { ca?: string; certificate?: string; key?: string }): Tls {
  return { ...(ca && { ca }), ...(certificate && { cert: certificate }), ...(key && { key }) }
}

function download(address: string, agent: Agent): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    request(address, { agent }, response => {
      const chunks: Buffer[] = []
      response.on('data', chunk => chunks.push(chunk))
      response.on('end', () => resolve(Buffer.concat(chunks)))
      response.on('error', reject)
    })
      .on('error', reject)
      .end()
  })
}

/** The floor: node:https with the same kind of certificate, sending the same bytes from memory. */
async function startBareServer(directory: string, answers: ReadonlyMap<string, Buffer>) {
  const pki = await openPki({ directory: `${directory}/pki`, clock: systemClock, random: systemRandom })
  const { certificate, key } = await pki.serverCredentials({ dns: ['localhost'], ip: ['127.0.0.1'] })
  const options = { cert: certificate, key, ca: pki.caCertificate, requestCert: true, rejectUnauthorized: true }
  const server = createServer(options, (incoming, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(answers.get(incoming.url ?? ''))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  return { address: `https://127.0.0.1:${port}`, close: () => void server.close() }
}
