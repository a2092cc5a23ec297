import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { FieldErrors } from '../../field-errors.ts'
import type { CoreV1Event, EventsV1Event } from '../../generated/types.ts'
import type { Kind, KindVersion } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { eventColumns } from './event-columns.ts'
import { eventFromStorage, eventToStorage } from './event-conversion.ts'

export type Event = CoreV1Event

const REFERENCE_FIELDS = ['kind', 'namespace', 'name', 'uid', 'apiVersion', 'resourceVersion', 'fieldPath'] as const

/** The newer form of the same stored objects. */
const eventsGroup: KindVersion = {
  group: 'events.k8s.io',
  version: 'v1',
  schema: schemaOf('io.k8s.api.events.v1.Event'),
  columns: eventColumns.map(column => ({
    ...column,
    cell: (object: KubeObject, nowMs: number) => column.cell(eventToStorage(object as EventsV1Event) as never, nowMs),
  })),
  toStorage: object => eventToStorage(object as EventsV1Event),
  fromStorage: object => eventFromStorage(object as CoreV1Event),
}

export const Event: Kind<Event> = defineKind<Event>({
  group: '',
  version: 'v1',
  kind: 'Event',
  plural: 'events',
  shortNames: ['ev'],
  schema: schemaOf('io.k8s.api.core.v1.Event'),
  ephemeral: true,
  createOnUpdate: true,
  columns: eventColumns,
  otherVersions: [eventsGroup],
  selectableFields: {
    ...selectInvolved('involvedObject'),
    ...selectInvolved('regarding'),
    action: event => event.action ?? '',
    reason: event => event.reason ?? '',
    reportingComponent: event => event.reportingComponent ?? '',
    reportingController: event => event.reportingComponent ?? '',
    source: event => event.source?.component || event.reportingComponent || '',
    type: event => event.type ?? '',
  },
  validate: validateEvent,
})

function selectInvolved(prefix: string): Record<string, (event: Event) => string> {
  return Object.fromEntries(
    REFERENCE_FIELDS.map(field => [`${prefix}.${field}`, (event: Event) => event.involvedObject[field] ?? '']),
  )
}

/** Events of objects without a namespace live here. */
const NAMESPACE_OF_CLUSTER_OBJECTS = 'default'

function validateEvent({ metadata, involvedObject }: Event, errors: FieldErrors): void {
  const namespace = involvedObject.namespace || NAMESPACE_OF_CLUSTER_OBJECTS
  if (namespace === metadata.namespace || (!involvedObject.namespace && metadata.namespace === 'kube-system')) return
  errors.invalid('involvedObject.namespace', involvedObject.namespace ?? '', 'does not match event.namespace')
}
