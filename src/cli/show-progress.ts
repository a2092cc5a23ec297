import { Application } from '../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import { paintPhase } from './output/colors.ts'
import { printable } from './output/print-table.ts'

const SETTLED_PHASES = new Set(['Healthy', 'Degraded', 'Invalid', 'Failed', 'Held', 'RolledBack', 'Suspended'])
const SHOWN_MS_MAX = 180_000
/** How long to wait for the first application before saying that there is none. */
const FIRST_MS_MAX = 3_000
const PHASE_WIDTH = 'Progressing'.length
/** How long one phase may take before its newest message is told too. */
const QUIET_MS = 5_000

/** Prints each application's way, a line a phase, until all of them have settled; what takes long says why. */
export function showProgress(client: Client): Promise<void> {
  return new Promise(resolve => {
    const phases = new Map<string, string>()
    const shown = new Map<string, Shown>()
    const finish = () => {
      clearTimeout(deadline)
      clearTimeout(first)
      watch.stop()
      resolve()
    }
    const deadline = setTimeout(finish, SHOWN_MS_MAX)
    const first = setTimeout(() => {
      if (phases.size === 0) finish()
    }, FIRST_MS_MAX)
    const watch = client.watch(
      Application,
      {},
      {
        onEvent: event => {
          if (event.type === 'BOOKMARK') return
          const { name } = event.object.metadata
          if (event.type === 'DELETED') phases.delete(name)
          else show(event.object, phases, shown)
          if (phases.size > 0 && [...phases.values()].every(phase => SETTLED_PHASES.has(phase)))
            setTimeout(finishIfSettled, 300)
        },
        onEnd: finish,
      },
    )
    function finishIfSettled() {
      if ([...phases.values()].every(phase => SETTLED_PHASES.has(phase))) finish()
    }
  })
}

interface Shown {
  readonly phase: string
  readonly line: string
  readonly atMs: number
}

function show(application: DeepReadonly<Application>, phases: Map<string, string>, shown: Map<string, Shown>): void {
  const { name } = application.metadata
  const phase = application.status?.phase ?? 'Pending'
  const padding = ' '.repeat(Math.max(0, PHASE_WIDTH - phase.length))
  const message = printable(application.status?.message ?? '')
  const line = `  ${name.padEnd(16)} ${paintPhase(phase)}${padding} ${message}`.trimEnd()
  const before = shown.get(name)
  const nowMs = performance.now()
  phases.set(name, phase)
  if (before?.line === line || (phase === 'Pending' && message === '')) return
  if (before?.phase === phase && !SETTLED_PHASES.has(phase) && nowMs - before.atMs < QUIET_MS) return
  shown.set(name, { phase, line, atMs: nowMs })
  console.log(line)
}
