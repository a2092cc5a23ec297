import { randomInt } from 'node:crypto'
import type { CollectionTarget, ObjectTarget } from '../registry/registry.ts'
import type { Exchange } from './exchange.ts'
import type { ResourceRequestOptions } from './request-context.ts'
import { contextOf } from './request-context.ts'
import { parseInteger, parseListQuery, parseWatchQuery } from './request-options.ts'
import { answerOptions, sendList, sendObject } from './send-objects.ts'
import { WatchStream } from './watch-stream.ts'

/** How long a watch lasts when the client does not say; spread, so that clients do not come back all at once. */
const WATCH_SECONDS_MIN = 1800
const WATCH_SECONDS_MAX = 3600
const WATCH_SECONDS_LIMIT = 86_400

export async function getObject(exchange: Exchange, target: ObjectTarget, { registry, clock }: ResourceRequestOptions) {
  const answer = answerOptions(exchange, clock)
  const { context, warnings } = contextOf(exchange)
  const resourceVersion = exchange.query.get('resourceVersion')
  const stored = await registry.get(context, target, resourceVersion ? { resourceVersion } : {})
  sendObject(exchange, 200, stored, target, answer, warnings)
}

export async function listCollection(exchange: Exchange, target: CollectionTarget, options: ResourceRequestOptions) {
  const answer = answerOptions(exchange, options.clock)
  const { context, warnings } = contextOf(exchange)
  const list = await options.registry.list(context, target, parseListQuery(exchange.query))
  await sendList(exchange, list, target.served, answer, warnings)
}

export async function watchCollection(
  exchange: Exchange,
  target: CollectionTarget,
  options: ResourceRequestOptions,
  name?: string,
) {
  const { form, includeObject } = answerOptions(exchange, options.clock)
  const { context, warnings } = contextOf(exchange)
  const request = parseWatchQuery(exchange.query)
  const seconds = parseInteger(exchange.query, 'timeoutSeconds') ?? randomInt(WATCH_SECONDS_MIN, WATCH_SECONDS_MAX)
  const stream = new WatchStream(exchange.response, {
    served: target.served,
    answer: { form, includeObject },
    frames: options.frames,
    clock: options.clock,
    log: options.log,
    bookmarks: request.allowBookmarks,
    timeoutMs: Math.min(Math.max(seconds, 1), WATCH_SECONDS_LIMIT) * 1000,
    headers: {
      'content-type': form.type === 'table' ? 'application/json;stream=watch' : 'application/json',
      'cache-control': 'no-cache, private',
      ...(warnings.headers() as Record<string, string>),
    },
  })
  options.streams.add(stream)
  exchange.response.on('close', () => options.streams.delete(stream))
  const narrowed = name === undefined ? request : { ...request, fieldSelector: `metadata.name=${name}` }
  stream.open(await options.registry.watch(context, { ...target }, narrowed, stream))
}
