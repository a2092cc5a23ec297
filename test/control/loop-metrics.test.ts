import test from 'ava'
import { createMetrics } from '../../src/client/metrics.ts'
import { createLoopMetrics } from '../../src/control/loop-metrics.ts'

test('runs are counted by outcome, queues are read when asked and only while they live', t => {
  const metrics = createMetrics()
  const loops = createLoopMetrics(metrics)
  loops.countReconcile('deployment-controller', 'success')
  loops.countReconcile('deployment-controller', 'success')
  loops.countReconcile('deployment-controller', 'error')
  const counts = { ready: 3, working: 1, delayed: 2, added: 9, retried: 4, refused: 0 }
  const queue = loops.observeQueue('deployment-controller', () => counts)
  const text = metrics.format()
  for (const line of [
    'pintle_reconcile_total{controller="deployment-controller",result="success"} 2',
    'pintle_reconcile_total{controller="deployment-controller",result="error"} 1',
    'pintle_workqueue_depth{name="deployment-controller"} 3',
    'pintle_workqueue_delayed{name="deployment-controller"} 2',
    'pintle_workqueue_retries{name="deployment-controller"} 4',
  ])
    t.true(text.includes(line), line)
  queue.close()
  t.false(metrics.format().includes('pintle_workqueue_depth{'))
})
