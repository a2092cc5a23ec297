import type { LifecycleHandler, Probe } from '../../../src/api/generated/types.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'

/** What a probe or a hook asks, with named ports resolved. */
export type ProbeAction =
  | { readonly type: 'exec'; readonly command: readonly string[] }
  | {
      readonly type: 'http'
      readonly scheme: 'http' | 'https'
      readonly host: string
      readonly port: number
      readonly path: string
      readonly headers: readonly { readonly name: string; readonly value: string }[]
    }
  | { readonly type: 'tcp'; readonly host: string; readonly port: number }
  | { readonly type: 'unsupported'; readonly what: string }

export interface ProbeResult {
  readonly ok: boolean
  /** What went wrong, as Kubernetes words it. */
  readonly message: string
}

/** Port: carries out one question. Never throws for an answer that is no; ends within `timeoutMs`. */
export interface Prober {
  probe(containerId: string, action: ProbeAction, timeoutMs: number): Promise<ProbeResult>
}

type Ports = readonly { readonly name?: string; readonly containerPort: number }[]

/** `host` is where an action that names none goes: the pod's address. */
export function probeAction(handler: DeepReadonly<Probe & LifecycleHandler>, ports: Ports, host: string): ProbeAction {
  const { exec, httpGet, tcpSocket, grpc } = handler
  if (exec) return { type: 'exec', command: exec.command ?? [] }
  if (httpGet) {
    return {
      type: 'http',
      scheme: httpGet.scheme === 'HTTPS' ? 'https' : 'http',
      host: httpGet.host || host,
      port: portNumber(httpGet.port, ports),
      path: httpGet.path || '/',
      headers: httpGet.httpHeaders ?? [],
    }
  }
  if (tcpSocket) return { type: 'tcp', host: tcpSocket.host || host, port: portNumber(tcpSocket.port, ports) }
  return { type: 'unsupported', what: grpc ? 'grpc' : 'nothing' }
}

function portNumber(port: string | number, ports: Ports): number {
  if (typeof port === 'number') return port
  return ports.find(each => each.name === port)?.containerPort ?? Number(port)
}
