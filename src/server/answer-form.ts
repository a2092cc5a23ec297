import type { Column, KindVersion } from '../api/kind.ts'
import { formatGroupVersion } from '../api/kind.ts'
import type { ServedKind } from '../api/kind-registry.ts'
import type { KubeObject } from '../api/object.ts'
import { ageColumn, nameColumn } from '../api/table/column.ts'
import type { StoredObject } from '../registry/registry.ts'
import type { AnswerForm } from './negotiate.ts'

/** How the objects of one request are written out. */
export interface AnswerOptions {
  readonly form: AnswerForm
  /** What a table row carries of its object. */
  readonly includeObject: 'None' | 'Metadata' | 'Object'
  readonly nowMs: number
}

/** JSON of one object in the form asked for: an object, its metadata, or a table of one row. */
export function encodeObject(stored: StoredObject, served: ServedKind, options: AnswerOptions): Uint8Array {
  switch (options.form.type) {
    case 'object':
      return stored.json(served.version)
    case 'metadata':
      return encode(partialObject(stored, options.form.version))
    case 'table': {
      const head = tableHead(served, options.form.version, { resourceVersion: String(stored.revision) }, true)
      return encode({ ...head, rows: [tableRow(stored, served, options)] })
    }
  }
}

/** JSON of one item of a list (the object, its metadata, or a table row), in pieces that follow each other. */
export function encodeItem(stored: StoredObject, served: ServedKind, options: AnswerOptions): readonly Uint8Array[] {
  switch (options.form.type) {
    case 'object':
      return stored.jsonParts(served.version)
    case 'metadata':
      return [encodeObject(stored, served, options)]
    case 'table':
      return [encode(tableRow(stored, served, options))]
  }
}

/** Everything of a list but its items. */
export interface ListMetadata {
  readonly resourceVersion: string
  readonly continue?: string
  readonly remainingItemCount?: number
}

/** JSON before and after the items of a list, which stand between, joined by commas. */
export function listFrame(
  served: ServedKind,
  { form }: AnswerOptions,
  metadata: ListMetadata,
): { readonly head: string; readonly tail: string } {
  if (form.type === 'table') return frame(tableHead(served, form.version, metadata, true), 'rows')
  if (form.type === 'metadata')
    return frame({ kind: 'PartialObjectMetadataList', apiVersion: `meta.k8s.io/${form.version}`, metadata }, 'items')
  return frame({ kind: served.kind.listKind, apiVersion: apiVersionOf(served.version), metadata }, 'items')
}

function frame(head: object, itemsField: string) {
  return { head: `${JSON.stringify(head).slice(0, -1)},"${itemsField}":[`, tail: ']}\n' }
}

function partialObject(stored: StoredObject, version: string) {
  return {
    kind: 'PartialObjectMetadata',
    apiVersion: `meta.k8s.io/${version}`,
    metadata: stored.object().metadata,
  }
}

/** A Table without its rows. Watch events after the first leave the columns out. */
export function tableHead(served: ServedKind, version: string, metadata: object, withColumns: boolean) {
  const columns = columnsOf(served.version)
  return {
    kind: 'Table',
    apiVersion: `meta.k8s.io/${version}`,
    metadata,
    columnDefinitions: withColumns ? columns.map(columnDefinition) : [],
  }
}

export function tableRow(stored: StoredObject, served: ServedKind, { form, includeObject, nowMs }: AnswerOptions) {
  const object = objectIn(stored, served.version)
  const cells = columnsOf(served.version).map(column => column.cell(object as never, nowMs))
  return { cells, object: rowObject() }

  function rowObject() {
    if (includeObject === 'None') return null
    if (includeObject === 'Object') return object
    return partialObject(stored, form.type === 'table' ? form.version : 'v1')
  }
}

function columnsOf(version: KindVersion): readonly Column[] {
  return version.columns.length > 0 ? version.columns : [nameColumn, ageColumn]
}

function columnDefinition({ name, type, format = '', description, priority }: Column) {
  return { name, type, format, description, priority }
}

/** The stored object as that version shows it. */
function objectIn(stored: StoredObject, version: KindVersion): Readonly<KubeObject> {
  if (version.fromStorage === undefined) return stored.object()
  return JSON.parse(Buffer.from(stored.json(version)).toString('utf8')) as KubeObject
}

function apiVersionOf({ group, version }: KindVersion): string {
  return formatGroupVersion(group, version)
}

function encode(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value))
}
