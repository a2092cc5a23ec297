import type { Metrics } from '../client/metrics.ts'
import type { Clock } from '../lib/clock.ts'
import type { Exchange } from './exchange.ts'

const SECONDS_BOUNDS = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10, 60]

/** Counts requests by method and code, and how long answers took; streams count when they end. */
export function createRequestMetrics(metrics: Metrics, clock: Clock): (exchange: Exchange) => void {
  const requests = metrics.counter('pintle_api_requests_total', 'Answered API requests.', ['method', 'code'])
  const seconds = metrics.histogram(
    'pintle_api_request_seconds',
    'Time from the headers of an API request to the end of its answer, streams left out.',
    ['method'],
    SECONDS_BOUNDS,
  )
  return ({ method, query, response }) => {
    const startMs = clock.monotonic()
    response.on('close', () => {
      requests.add([method, String(response.statusCode)])
      const isStream = query.has('watch') || query.has('follow')
      if (!isStream) seconds.observe([method], (clock.monotonic() - startMs) / 1000)
    })
  }
}
