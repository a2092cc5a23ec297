import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { RuntimeDriver } from '../runtime-driver.ts'
import type { ProbeAction, ProbeResult, Prober } from './prober.ts'

/** Asks over this machine's network; `exec` goes through the runtime. */
export class SystemProber implements Prober {
  readonly #driver: RuntimeDriver

  constructor(driver: RuntimeDriver) {
    this.#driver = driver
  }

  async probe(containerId: string, action: ProbeAction, timeoutMs: number): Promise<ProbeResult> {
    if (action.type === 'http') return probeHttp(action, timeoutMs)
    if (action.type === 'tcp') return probeTcp(action, timeoutMs)
    if (action.type === 'exec') return this.#exec(containerId, action.command, timeoutMs)
    return { ok: false, message: `probes of type ${action.what} are not supported by this node` }
  }

  async #exec(containerId: string, command: readonly string[], timeoutMs: number): Promise<ProbeResult> {
    try {
      const result = await this.#driver.exec(containerId, command, { timeoutMs, outputBytesMax: OUTPUT_BYTES_MAX })
      if (result.exitCode === undefined) return { ok: false, message: `command timed out after ${timeoutMs / 1000}s` }
      const output = Buffer.concat([result.stdout, result.stderr]).toString('utf8').trim()
      return { ok: result.exitCode === 0, message: output || `exit code ${result.exitCode}` }
    } catch (error) {
      return { ok: false, message: (error as Error).message }
    }
  }
}

const OUTPUT_BYTES_MAX = 10_240

function probeHttp(action: ProbeAction & { readonly type: 'http' }, timeoutMs: number): Promise<ProbeResult> {
  const { scheme, host, port, path, headers } = action
  const url = `${scheme}://${host}:${port}${path.startsWith('/') ? '' : '/'}${path}`
  const request = scheme === 'https' ? httpsRequest : httpRequest
  return new Promise(resolve => {
    const done = (ok: boolean, message: string) => {
      clearTimeout(timer)
      asked.destroy()
      resolve({ ok, message })
    }
    const asked = request(url, {
      headers: { 'user-agent': 'kube-probe/1.36', accept: '*/*', connection: 'close', ...headersOf(headers) },
      rejectUnauthorized: false,
      agent: false,
    })
    const timer = setTimeout(
      () =>
        done(
          false,
          `Get ${JSON.stringify(url)}: context deadline exceeded (Client.Timeout exceeded while awaiting headers)`,
        ),
      timeoutMs,
    )
    asked.on('response', response => {
      const code = response.statusCode ?? 0
      response.resume()
      done(code >= 200 && code < 400, `HTTP probe failed with statuscode: ${code}`)
    })
    asked.on('error', error => done(false, `Get ${JSON.stringify(url)}: ${reasonOf(error)}`))
    asked.end()
  })
}

function headersOf(headers: readonly { readonly name: string; readonly value: string }[]): Record<string, string> {
  return Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]))
}

function probeTcp({ host, port }: ProbeAction & { readonly type: 'tcp' }, timeoutMs: number): Promise<ProbeResult> {
  return new Promise(resolve => {
    const socket = connect({ host, port })
    const done = (ok: boolean, message: string) => {
      clearTimeout(timer)
      socket.destroy()
      resolve({ ok, message })
    }
    const timer = setTimeout(() => done(false, `dial tcp ${host}:${port}: i/o timeout`), timeoutMs)
    socket.on('connect', () => done(true, ''))
    socket.on('error', error => done(false, `dial tcp ${host}:${port}: ${reasonOf(error)}`))
  })
}

function reasonOf(error: Error & { code?: string }): string {
  return error.code === 'ECONNREFUSED' ? 'connect: connection refused' : error.message
}
