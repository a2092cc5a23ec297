import type { Kind } from '../api/kind.ts'
import { parseFieldSelector } from '../api/selector/field-selector.ts'
import { parseLabelSelector } from '../api/selector/label-selector-text.ts'
import type { StoredObject } from './registry.ts'

/** A label and a field selector, ready to be asked about objects of one kind. */
export interface Selection {
  /** True when there is no condition: objects need not be parsed. */
  readonly everything: boolean
  /** The one name it can select, when it fixes one. */
  readonly name: string | undefined
  matches(object: StoredObject): boolean
}

export interface Selectors {
  readonly labelSelector?: string
  readonly fieldSelector?: string
}

/** Throws 400 for a selector that cannot be parsed or names a field that this kind cannot be selected by. */
export function compileSelection(kind: Kind, { labelSelector = '', fieldSelector = '' }: Selectors): Selection {
  const labels = parseLabelSelector(labelSelector)
  const fields = parseFieldSelector(fieldSelector, kind.selectableFields.keys())
  const everything = labels.matchesEverything && fields.matchesEverything
  return {
    everything,
    name: fields.required('metadata.name'),
    matches: stored =>
      everything ||
      (fields.matches(field => fieldOf(kind, stored, field)) && labels.matches(stored.object().metadata.labels)),
  }
}

/** Names need no parsing. */
function fieldOf(kind: Kind, stored: StoredObject, field: string): string | undefined {
  if (field === 'metadata.name') return stored.key.name
  if (field === 'metadata.namespace') return stored.key.namespace ?? ''
  return kind.selectableFields.get(field)?.(stored.object())
}
