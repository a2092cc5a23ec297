import test from 'ava'
import { createMetrics } from '../../src/client/metrics.ts'

test('counters, gauges and histograms in the text form', t => {
  const metrics = createMetrics()
  const requests = metrics.counter('requests_total', 'Requests.', ['method'])
  requests.add(['GET'])
  requests.add(['GET'], 2)
  requests.add(['a"b\\c\nd'])
  metrics.gauge('queue_depth', 'Waiting.', [], () => [{ labels: [], value: 7 }])
  const seconds = metrics.histogram('seconds', 'Time.', [], [0.1, 1])
  for (const value of [0.05, 0.1, 0.5, 5]) seconds.observe([], value)
  t.is(
    metrics.format(),
    `# HELP requests_total Requests.
# TYPE requests_total counter
requests_total{method="GET"} 3
requests_total{method="a\\"b\\\\c\\nd"} 1
# HELP queue_depth Waiting.
# TYPE queue_depth gauge
queue_depth 7
# HELP seconds Time.
# TYPE seconds histogram
seconds_bucket{le="0.1"} 2
seconds_bucket{le="1"} 3
seconds_bucket{le="+Inf"} 4
seconds_sum 5.65
seconds_count 4
`,
  )
})

test('endless label values end in one series', t => {
  const metrics = createMetrics()
  const counter = metrics.counter('c', 'C.', ['x'])
  for (let index = 0; index < 5_000; index++) counter.add([String(index)])
  const lines = metrics
    .format()
    .split('\n')
    .filter(line => line.startsWith('c{'))
  t.is(lines.length, 2_001)
  t.true(lines.includes('c{x="other"} 3000'))
})
