import type { CoreV1Event } from '../../generated/types.ts'
import type { Column } from '../../kind.ts'
import { column, nameColumn, wideColumn } from '../../table/column.ts'
import { formatAge } from '../../table/human-duration.ts'

export const eventColumns: readonly Column[] = [
  column<CoreV1Event>('Last Seen', (event, nowMs) => formatAge(lastSeen(event), nowMs), {
    description: 'Time since it happened last.',
  }),
  column<CoreV1Event>('Type', ({ type }) => type ?? '', { description: 'Normal or Warning.' }),
  column<CoreV1Event>('Reason', ({ reason }) => reason ?? '', { description: 'Why it was reported, in one word.' }),
  column<CoreV1Event>('Object', showObject, { description: 'What it is about.' }),
  wideColumn<CoreV1Event>('Subobject', ({ involvedObject }) => involvedObject.fieldPath ?? '', {
    description: 'The part of the object it is about.',
  }),
  wideColumn<CoreV1Event>('Source', showSource, { description: 'Who reported it.' }),
  column<CoreV1Event>('Message', ({ message }) => (message ?? '').trim(), { description: 'What happened.' }),
  wideColumn<CoreV1Event>('First Seen', (event, nowMs) => formatAge(firstSeen(event), nowMs), {
    description: 'Time since it happened first.',
  }),
  wideColumn<CoreV1Event>('Count', ({ series, count }) => series?.count ?? (count || 1), {
    description: 'How often it happened.',
  }),
  { ...nameColumn, priority: 1 },
]

function firstSeen({ firstTimestamp, eventTime }: CoreV1Event): string | undefined {
  return firstTimestamp || eventTime || undefined
}

function lastSeen(event: CoreV1Event): string | undefined {
  return event.series?.lastObservedTime || event.lastTimestamp || firstSeen(event)
}

function showObject({ involvedObject: { kind = '', name = '' } }: CoreV1Event): string {
  return name === '' ? kind.toLowerCase() : `${kind.toLowerCase()}/${name}`
}

function showSource({ source, reportingComponent, reportingInstance }: CoreV1Event): string {
  const component = source?.component || reportingComponent
  const host = source?.host || reportingInstance
  return [component, host].filter(Boolean).join(', ')
}
