import { Application } from '../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import { paintPhase } from './output/colors.ts'
import { printable } from './output/print-table.ts'

const SETTLED_PHASES = new Set(['Healthy', 'Degraded', 'Invalid', 'Failed', 'Held', 'RolledBack', 'Suspended'])
const SHOWN_MS_MAX = 180_000
/** How long to wait for the first application before saying that there is none. */
const FIRST_MS_MAX = 3_000

/** Prints each application's way, a line a change, until all of them have settled. */
export function showProgress(client: Client): Promise<void> {
  return new Promise(resolve => {
    const phases = new Map<string, string>()
    const shown = new Map<string, string>()
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

function show(application: DeepReadonly<Application>, phases: Map<string, string>, shown: Map<string, string>): void {
  const { name } = application.metadata
  const phase = application.status?.phase ?? 'Pending'
  const line = `  ${name.padEnd(16)} ${paintPhase(phase)} ${printable(application.status?.message ?? '')}`.trimEnd()
  phases.set(name, phase)
  if (shown.get(name) === line) return
  shown.set(name, line)
  console.log(line)
}
