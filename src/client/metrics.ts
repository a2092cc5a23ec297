/**
 * Numbers about the running program, in the text form that Prometheus reads
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). One value per process, handed to whoever counts.
 */
export interface Metrics {
  /** A number that only grows, per set of label values. */
  counter(name: string, help: string, labels: readonly string[]): Counter
  /** How values (seconds, bytes) are spread over `bounds`, per set of label values. */
  histogram(name: string, help: string, labels: readonly string[], bounds: readonly number[]): Histogram
  /** Asked when the metrics are read. */
  gauge(name: string, help: string, labels: readonly string[], read: () => Iterable<GaugeValue>): void
  format(): string
}

interface Counter {
  add(labelValues: readonly string[], amount?: number): void
}

interface Histogram {
  observe(labelValues: readonly string[], value: number): void
}

interface GaugeValue {
  readonly labels: readonly string[]
  readonly value: number
}

/** Sets of label values per metric; further ones are counted together as `other`. */
const SERIES_MAX = 2_000

export function createMetrics(): Metrics {
  const families: { readonly name: string; lines(): string[] }[] = []
  return {
    counter(name, help, labels) {
      const series = new SeriesMap(labels.length, () => ({ value: 0 }))
      families.push({
        name,
        lines: () => [
          ...header(name, help, 'counter'),
          ...series.list().map(each => sample(name, labels, each.values, each.series.value)),
        ],
      })
      return {
        add: (values, amount = 1) => {
          series.get(values).value += amount
        },
      }
    },
    histogram(name, help, labels, bounds) {
      const series = new SeriesMap(labels.length, () => ({ counts: bounds.map(() => 0), sum: 0, count: 0 }))
      families.push({
        name,
        lines: () => [
          ...header(name, help, 'histogram'),
          ...series.list().flatMap(each => histogramLines(name, labels, each.values, bounds, each.series)),
        ],
      })
      return { observe: (values, value) => observe(series.get(values), bounds, value) }
    },
    gauge(name, help, labels, read) {
      families.push({
        name,
        lines: () => [
          ...header(name, help, 'gauge'),
          ...Array.from(read(), each => sample(name, labels, each.labels, each.value)),
        ],
      })
    },
    format: () => `${families.flatMap(family => family.lines()).join('\n')}\n`,
  }
}

interface HistogramSeries {
  readonly counts: number[]
  sum: number
  count: number
}

function observe(series: HistogramSeries, bounds: readonly number[], value: number): void {
  series.sum += value
  series.count += 1
  const bucket = bounds.findIndex(bound => value <= bound)
  if (bucket >= 0) series.counts[bucket]! += 1
}

function histogramLines(
  name: string,
  labels: readonly string[],
  values: readonly string[],
  bounds: readonly number[],
  series: HistogramSeries,
): string[] {
  let below = 0
  const buckets = bounds.map((bound, index) => {
    below += series.counts[index]!
    return sample(`${name}_bucket`, [...labels, 'le'], [...values, String(bound)], below)
  })
  return [
    ...buckets,
    sample(`${name}_bucket`, [...labels, 'le'], [...values, '+Inf'], series.count),
    sample(`${name}_sum`, labels, values, series.sum),
    sample(`${name}_count`, labels, values, series.count),
  ]
}

class SeriesMap<Series> {
  readonly #series = new Map<string, { readonly values: readonly string[]; readonly series: Series }>()
  readonly #make: () => Series
  readonly #other: readonly string[]

  constructor(labelCount: number, make: () => Series) {
    this.#make = make
    this.#other = Array.from({ length: labelCount }, () => 'other')
  }

  get(values: readonly string[]): Series {
    const known = this.#series.get(values.join('\0'))
    if (known !== undefined) return known.series
    const counted = this.#series.size < SERIES_MAX ? values : this.#other
    const key = counted.join('\0')
    const entry = this.#series.get(key) ?? { values: counted, series: this.#make() }
    this.#series.set(key, entry)
    return entry.series
  }

  list(): { readonly values: readonly string[]; readonly series: Series }[] {
    return [...this.#series.values()]
  }
}

function header(name: string, help: string, type: string): string[] {
  return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`]
}

function sample(name: string, labels: readonly string[], values: readonly string[], value: number): string {
  const pairs = labels.map((label, index) => `${label}="${escapeLabel(values[index] ?? '')}"`)
  return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}`
}

function escapeLabel(value: string): string {
  return value.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('"', '\\"')
}
