import type { Column } from '../../kind.ts'
import { ageColumn, column, nameColumn, wideColumn } from '../../table/column.ts'
import { formatAge } from '../../table/human-duration.ts'
import type { Pod } from './pod.ts'
import { countPodContainers } from './pod-container-count.ts'
import { podReason } from './pod-reason.ts'

export const podColumns: readonly Column[] = [
  nameColumn,
  column<Pod>(
    'Ready',
    pod => {
      const { ready, total } = countPodContainers(pod)
      return `${ready}/${total}`
    },
    { description: 'Containers that are ready, of all that stay running.' },
  ),
  column<Pod>('Status', podReason, { description: 'Where the pod is in its life, and why.' }),
  column<Pod>('Restarts', showRestarts, { description: 'Restarts of its containers, and when the last one was.' }),
  ageColumn,
  wideColumn<Pod>('IP', ({ status }) => status?.podIPs?.[0]?.ip || '<none>', { description: 'Address of the pod.' }),
  wideColumn<Pod>('Node', ({ spec }) => spec.nodeName || '<none>', { description: 'Node it runs on.' }),
  wideColumn<Pod>('Nominated Node', ({ status }) => status?.nominatedNodeName || '<none>', {
    description: 'Node on which room is being made for it.',
  }),
  wideColumn<Pod>('Readiness Gates', showReadinessGates, { description: 'Gates that are open, of all.' }),
]

function showRestarts(pod: Pod, nowMs: number): string {
  const { restarts, lastRestart } = countPodContainers(pod)
  return restarts > 0 && lastRestart !== undefined
    ? `${restarts} (${formatAge(lastRestart, nowMs)} ago)`
    : String(restarts)
}

function showReadinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const open = gates.filter(gate =>
    status?.conditions?.some(({ type, status: value }) => type === gate.conditionType && value === 'True'),
  )
  return `${open.length}/${gates.length}`
}
