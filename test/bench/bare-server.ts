import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { systemClock } from '../../src/lib/system-clock.ts'
import { systemRandom } from '../../src/lib/system-random.ts'
import { openPki } from '../../src/server/pki/pki.ts'

/**
 * The floor of every answer: node:https with the same kind of certificates, sending the same bytes from memory. In a
 * process of its own, as the server that it is compared with: inside the client's there would be no way to go.
 */
export async function startBareServer(
  directory: string,
  answers: ReadonlyMap<string, Buffer>,
): Promise<{ readonly address: string; readonly pid: number; close(): void }> {
  const pki = await openPki({ directory: join(directory, 'pki'), clock: systemClock, random: systemRandom })
  const { certificate, key } = await pki.serverCredentials({ dns: ['localhost'], ip: ['127.0.0.1'] })
  const place = join(directory, 'bare')
  mkdirSync(place, { recursive: true })
  for (const [index, body] of [...answers.values()].entries()) writeFileSync(join(place, String(index)), body)
  const setup = { cert: certificate, key, ca: pki.caCertificate, paths: [...answers.keys()] }
  writeFileSync(join(place, 'setup.json'), JSON.stringify(setup))
  const child = spawn(process.execPath, [import.meta.filename, place], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', data => resolve(String(data).trim()))
    child.once('exit', () => reject(new Error('the bare server did not start')))
  })
  return { address: `https://127.0.0.1:${port}`, pid: child.pid!, close: () => void child.kill() }
}

function serve(place: string): void {
  const { paths, ...tls } = JSON.parse(readFileSync(join(place, 'setup.json'), 'utf8')) as { paths: string[] }
  const answers = new Map(paths.map((path, index) => [path, readFileSync(join(place, String(index)))]))
  const options = { ...tls, requestCert: true, rejectUnauthorized: true }
  const server = createServer(options, (incoming, response) => {
    response.setHeader('content-type', 'application/json')
    response.end(answers.get(incoming.url ?? ''))
  })
  server.listen(0, '127.0.0.1', () => console.log((server.address() as { port: number }).port))
}

if (import.meta.main) serve(process.argv[2]!)
