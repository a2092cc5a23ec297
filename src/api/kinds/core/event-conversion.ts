import type { CoreV1Event, EventsV1Event } from '../../generated/types.ts'

/** Other names for the same fields: core v1 -> events.k8s.io/v1. Fields that both call alike are not listed. */
const RENAMED = {
  involvedObject: 'regarding',
  message: 'note',
  source: 'deprecatedSource',
  firstTimestamp: 'deprecatedFirstTimestamp',
  lastTimestamp: 'deprecatedLastTimestamp',
  count: 'deprecatedCount',
  reportingComponent: 'reportingController',
} as const

export function eventFromStorage(event: CoreV1Event): EventsV1Event {
  const shown = rename(event, Object.entries(RENAMED))
  return { ...shown, apiVersion: 'events.k8s.io/v1' } as unknown as EventsV1Event
}

export function eventToStorage(event: EventsV1Event): CoreV1Event {
  const names = Object.entries(RENAMED).map(([core, other]) => [other, core] as const)
  const stored = rename(event, names)
  return { involvedObject: {}, ...stored, apiVersion: 'v1' } as unknown as CoreV1Event
}

function rename(object: object, names: readonly (readonly [string, string])[]): Record<string, unknown> {
  const newNames = new Map(names)
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [newNames.get(key) ?? key, value]))
}
