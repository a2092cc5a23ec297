import type { Client, Identity } from '../client/client.ts'
import { createEventRecorder } from '../client/event-recorder.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'
import type { Controller } from './controller.ts'
import { ControllerRunner } from './controller-runner.ts'
import type { Loop, LoopContext, RunningLoop } from './loop.ts'
import type { LoopMetrics } from './loop-metrics.ts'
import { noLoopMetrics } from './loop-metrics.ts'
import { SharedInformers } from './shared-informers.ts'
import { Turns } from './turns.ts'
import { withFieldManager } from './with-field-manager.ts'

export interface StartControllersOptions {
  /** The Client of somebody; under leader election one that carries the fence. */
  readonly client: (identity: Identity) => Client
  readonly controllers: readonly (Controller | Loop)[]
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  /** Made once per process by `createLoopMetrics`. */
  readonly metrics?: LoopMetrics
}

/** Who a loop is: what its writes are authorized and recorded as. */
function loopIdentity(name: string): Identity {
  return { user: `system:controller:${name}`, groups: ['system:controllers', 'system:authenticated'] }
}

/** Starts them all on shared informers. After `stop` resolves none of them does anything any more. */
export function startControllers(options: StartControllersOptions): RunningLoop {
  const { clock, random, log } = options
  const informers = new SharedInformers({ client: options.client(loopIdentity('informers')), clock, random, log })
  const turns = new Turns(clock)
  const running = options.controllers.map(controller => startOne(controller, informers, turns, options))
  informers.start()
  return {
    async stop() {
      informers.stop()
      await Promise.all(running.map(each => each.stop()))
    },
  }
}

function startOne(
  controller: Controller | Loop,
  informers: SharedInformers,
  turns: Turns,
  options: StartControllersOptions,
): RunningLoop {
  const { clock, random, metrics = noLoopMetrics } = options
  const log = options.log.with({ controller: controller.name })
  const client = withFieldManager(options.client(loopIdentity(controller.name)), controller.name)
  const recorder = createEventRecorder({ client, clock, random, log, component: controller.name })
  const context: LoopContext = { client, clock, random, log, recordEvent: recorder.record, informers, turns, metrics }
  const loop = 'start' in controller ? controller.start(context) : new ControllerRunner(controller, context)
  return {
    async stop() {
      await loop.stop()
      await recorder.flush()
    },
  }
}
