import type { Column } from '../../kind.ts'
import { ageColumn, column, nameColumn, wideColumn } from '../../table/column.ts'
import type { Node } from './node.ts'

const ROLE_LABEL_PREFIX = 'node-role.kubernetes.io/'
const ROLE_LABEL = 'kubernetes.io/role'

export const nodeColumns: readonly Column[] = [
  nameColumn,
  column<Node>('Status', showStatus, { description: 'Whether it takes pods.' }),
  column<Node>('Roles', showRoles, { description: 'From its labels.' }),
  ageColumn,
  column<Node>('Version', ({ status }) => status?.nodeInfo?.kubeletVersion ?? '', {
    description: 'Version of its agent.',
  }),
  wideColumn<Node>('Internal-IP', node => addressOf(node, 'InternalIP'), { description: 'Its address inside.' }),
  wideColumn<Node>('External-IP', node => addressOf(node, 'ExternalIP'), { description: 'Its address outside.' }),
  wideColumn<Node>('OS-Image', ({ status }) => status?.nodeInfo?.osImage || '<unknown>', {
    description: 'Its operating system.',
  }),
  wideColumn<Node>('Kernel-Version', ({ status }) => status?.nodeInfo?.kernelVersion || '<unknown>', {
    description: 'Its kernel.',
  }),
  wideColumn<Node>('Container-Runtime', ({ status }) => status?.nodeInfo?.containerRuntimeVersion || '<unknown>', {
    description: 'What runs its pods.',
  }),
]

function showStatus({ spec, status }: Node): string {
  const ready = (status?.conditions ?? []).find(({ type }) => type === 'Ready')?.status
  const shown = ready === undefined ? 'Unknown' : ready === 'True' ? 'Ready' : 'NotReady'
  return spec?.unschedulable ? `${shown},SchedulingDisabled` : shown
}

function showRoles({ metadata }: Node): string {
  const roles = new Set<string>()
  for (const [label, value] of Object.entries(metadata.labels ?? {})) {
    if (label.startsWith(ROLE_LABEL_PREFIX) && label !== ROLE_LABEL_PREFIX) {
      roles.add(label.slice(ROLE_LABEL_PREFIX.length))
    } else if (label === ROLE_LABEL && value !== '') roles.add(value)
  }
  return roles.size === 0 ? '<none>' : [...roles].sort().join(',')
}

function addressOf({ status }: Node, wanted: string): string {
  return (status?.addresses ?? []).find(({ type }) => type === wanted)?.address ?? '<none>'
}
