import type { Metrics } from '../client/metrics.ts'
import type { WorkQueueCounts } from '../client/work-queue.ts'

type Outcome = 'success' | 'conflict' | 'terminal' | 'error'

/** Numbers about controllers: how deep their queues are and how their runs end. */
export interface LoopMetrics {
  countReconcile(controller: string, outcome: Outcome): void
  /** `read` is asked whenever the metrics are read, until `close`. */
  observeQueue(controller: string, read: () => WorkQueueCounts): { close(): void }
}

export function createLoopMetrics(metrics: Metrics): LoopMetrics {
  const queues = new Map<string, () => WorkQueueCounts>()
  const gauge = (name: string, help: string, value: (counts: WorkQueueCounts) => number) =>
    metrics.gauge(name, help, ['name'], () =>
      Array.from(queues, ([name, read]) => ({ labels: [name], value: value(read()) })),
    )
  gauge('pintle_workqueue_depth', 'Keys that wait for a worker.', counts => counts.ready)
  gauge('pintle_workqueue_delayed', 'Keys that wait for their time.', counts => counts.delayed)
  gauge('pintle_workqueue_retries', 'Keys put back after a failure.', counts => counts.retried)
  const reconciles = metrics.counter('pintle_reconcile_total', 'Runs of a controller for one key.', [
    'controller',
    'result',
  ])
  return {
    countReconcile: (controller, outcome) => reconciles.add([controller, outcome]),
    observeQueue(controller, read) {
      queues.set(controller, read)
      return { close: () => queues.delete(controller) }
    },
  }
}

/** For whoever does not ask. */
export const noLoopMetrics: LoopMetrics = {
  countReconcile: () => {},
  observeQueue: () => ({ close: () => {} }),
}
