import type { ServerResponse } from 'node:http'
import { apiError, notFound } from '../api/api-error.ts'
import type { Pod } from '../api/kinds/core/pod.ts'
import type { DeepReadonly, Json } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import type { LogRequest } from '../client/node-tunnel-protocol.ts'
import type { Clock } from '../lib/clock.ts'
import { parseTime } from '../lib/clock.ts'
import type { Authorizer } from '../registry/authorizer.ts'
import { authorize } from '../registry/forbidden.ts'
import type { ApiExtension } from './api-extension.ts'
import { parseResourcePath } from './api-path.ts'
import { drained } from './drained.ts'
import type { Exchange } from './exchange.ts'
import type { NodeTunnels } from './node-tunnel.ts'
import { parseBoolean, parseInteger } from './request-options.ts'
import { Warnings } from './respond.ts'

export type LogOptions = Omit<LogRequest, 'namespace' | 'pod' | 'uid' | 'container'>

/** Port: where the logs of a pod's container come from. */
export interface LogSource {
  /** Throws ApiError, before the first byte or later. */
  streamLogs(
    pod: DeepReadonly<Pod>,
    container: string,
    options: LogOptions,
    signal: AbortSignal,
  ): AsyncIterable<Uint8Array>
}

export interface PodLogOptions {
  /** Reads pods, whoever asks for their logs. */
  readonly client: Client
  readonly authorizer: Authorizer
  readonly logs: LogSource
  readonly clock: Clock
}

/** A container that waits for these may run by now; no reason is none at all. */
const STARTING_REASONS = new Set(['', 'ContainerCreating', 'PodInitializing'])

/** `GET .../pods/<pod>/log`: the bytes of one container's log, as they come. */
export function createPodLogs(options: PodLogOptions): ApiExtension {
  return {
    async answer(exchange) {
      if (exchange.method !== 'GET' || !exchange.path.endsWith('/log')) return false
      const path = parseResourcePath(exchange.path)
      const { namespace, name } = path ?? {}
      const isLog = path?.apiVersion === 'v1' && path.plural === 'pods' && path.subresource === 'log'
      if (!isLog || namespace === undefined || name === undefined) return false
      await answerLogs(exchange, { namespace, name }, options)
      return true
    },
  }
}

/** The logs of every node, over its tunnel. */
export function tunnelLogSource(tunnels: NodeTunnels): LogSource {
  return {
    streamLogs(pod, container, options, signal) {
      const { namespace = '', name, uid = '' } = pod.metadata
      const request: LogRequest = { namespace, pod: name, uid, container, ...options }
      return tunnels.request(pod.spec.nodeName ?? '', 'logs', request as unknown as Json, signal)
    },
  }
}

async function answerLogs(
  exchange: Exchange,
  key: { readonly namespace: string; readonly name: string },
  options: PodLogOptions,
): Promise<void> {
  const { client, authorizer, logs, clock } = options
  const served = client.kinds.byResource('v1', 'pods')
  if (served === undefined) throw notFound('', 'pods', key.name)
  await authorize(authorizer, contextFor(exchange), { verb: 'get', target: { served, ...key, subresource: 'log' } })
  const pod = (await client.get(served.kind, key)) as unknown as DeepReadonly<Pod>
  const container = chooseContainer(pod, exchange.query.get('container') ?? '')
  const logOptions = parseLogOptions(exchange.query, clock.now())
  if (!pod.spec.nodeName)
    throw apiError('BadRequest', `pod ${pod.metadata.name} does not have a host assigned: it has no logs yet`)
  refuseWhatNeverRan(pod, container)
  const gone = new AbortController()
  exchange.response.on('close', () => gone.abort())
  await sendStream(exchange.response, logs.streamLogs(pod, container, logOptions, gone.signal), clock)
}

/** Why a container does not start stands in the pod; the node knows only that it has not made it. */
function refuseWhatNeverRan({ metadata, status = {} }: DeepReadonly<Pod>, container: string): void {
  const statuses = [...(status.containerStatuses ?? []), ...(status.initContainerStatuses ?? [])]
  const { state, lastState, containerID } = statuses.find(each => each.name === container) ?? {}
  const { reason = '', message } = state?.waiting ?? {}
  if (containerID || lastState?.terminated || STARTING_REASONS.has(reason)) return
  const why = message === undefined ? reason : `${reason}: ${message}`
  throw apiError('BadRequest', `container "${container}" in pod "${metadata.name}" is waiting to start: ${why}`)
}

function contextFor({ identity }: Exchange) {
  const warnings = new Warnings()
  return {
    user: identity,
    fieldManager: '',
    dryRun: false,
    fieldValidation: 'Warn',
    origin: 'client',
    warn: (text: string) => warnings.add(text),
  } as const
}

/** The named one, or the only one. */
function chooseContainer(pod: DeepReadonly<Pod>, wanted: string): string {
  const { name } = pod.metadata
  const { containers, initContainers = [] } = pod.spec
  const ephemeral = pod.spec.ephemeralContainers ?? []
  const names = [...containers, ...initContainers, ...ephemeral].map(each => each.name)
  if (wanted !== '') {
    if (names.includes(wanted)) return wanted
    throw apiError('BadRequest', `container ${wanted} is not valid for pod ${name}`)
  }
  const [only, ...more] = containers
  if (only !== undefined && more.length === 0 && names.length === 1) return only.name
  const main = containers.map(each => each.name).join(' ')
  const init =
    initContainers.length > 0
      ? ` or one of the init containers: [${initContainers.map(each => each.name).join(' ')}]`
      : ''
  throw apiError('BadRequest', `a container name must be specified for pod ${name}, choose one of: [${main}]${init}`)
}

function parseLogOptions(query: URLSearchParams, nowMs: number): LogOptions {
  const tailLines = wholeNumber(query, 'tailLines', 0)
  const limitBytes = wholeNumber(query, 'limitBytes', 1)
  const sinceMs = parseSince(query, nowMs)
  return {
    follow: parseBoolean(query, 'follow') ?? false,
    previous: parseBoolean(query, 'previous') ?? false,
    timestamps: parseBoolean(query, 'timestamps') ?? false,
    ...(tailLines !== undefined && { tailLines }),
    ...(limitBytes !== undefined && { limitBytes }),
    ...(sinceMs !== undefined && { sinceMs }),
  }
}

function parseSince(query: URLSearchParams, nowMs: number): number | undefined {
  const seconds = wholeNumber(query, 'sinceSeconds', 1)
  const time = query.get('sinceTime')
  if (time === null || time === '') return seconds === undefined ? undefined : nowMs - seconds * 1000
  if (seconds !== undefined) throw apiError('Invalid', 'at most one of sinceTime or sinceSeconds may be specified')
  const sinceMs = parseTime(time)
  if (sinceMs === undefined) throw apiError('BadRequest', `sinceTime: ${JSON.stringify(time)} is no RFC 3339 time`)
  return sinceMs
}

function wholeNumber(query: URLSearchParams, name: string, least: number): number | undefined {
  const value = parseInteger(query, name)
  if (value !== undefined && value < least)
    throw apiError('Invalid', `${name}: Invalid value: ${value}: must be greater than or equal to ${least}`)
  return value
}

/** Trouble before the first bytes is still told as a Status; a log that is silent gets its headers after this. */
const SILENT_HEADERS_MS = 1_000

async function sendStream(response: ServerResponse, stream: AsyncIterable<Uint8Array>, clock: Clock): Promise<void> {
  const writeHead = () => {
    if (response.headersSent) return
    response.writeHead(200, { 'content-type': 'text/plain', 'cache-control': 'no-cache, no-store' })
    response.flushHeaders()
  }
  const silent = clock.setTimer(SILENT_HEADERS_MS, writeHead)
  try {
    for await (const bytes of stream) {
      if (response.destroyed) return
      writeHead()
      if (!response.write(bytes)) await drained(response)
    }
    writeHead()
    response.end()
  } finally {
    silent.cancel()
  }
}
