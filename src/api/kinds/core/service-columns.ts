import type { Column } from '../../kind.ts'
import { ageColumn, column, nameColumn, wideColumn } from '../../table/column.ts'
import { showLabels } from '../../table/show-label-selector.ts'
import type { Service } from './service.ts'

export const serviceColumns: readonly Column[] = [
  nameColumn,
  column<Service>('Type', ({ spec }) => spec.type ?? '', { description: 'How it can be reached.' }),
  column<Service>('Cluster-IP', ({ spec }) => spec.clusterIPs?.[0] || spec.clusterIP || '<none>', {
    description: 'Its address inside the cluster.',
  }),
  column<Service>('External-IP', showExternalIp, { description: 'Its addresses outside.' }),
  column<Service>('Port(s)', showPorts, { description: 'Ports it serves, with those it opens on nodes.' }),
  ageColumn,
  wideColumn<Service>('Selector', ({ spec }) => showLabels(spec.selector), { description: 'Labels of its pods.' }),
]

function showExternalIp({ spec, status }: Service): string {
  const external = spec.externalIPs ?? []
  if (spec.type === 'ExternalName') return spec.externalName ?? ''
  if (spec.type !== 'LoadBalancer') return external.length > 0 ? external.join(',') : '<none>'
  const given = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip, hostname }) => ip || hostname || [])
  const all = [...given, ...external]
  return all.length > 0 ? all.join(',') : '<pending>'
}

function showPorts({ spec }: Service): string {
  const ports = (spec.ports ?? []).map(({ port, nodePort, protocol }) =>
    nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
  )
  return ports.length === 0 ? '<none>' : ports.join(',')
}
