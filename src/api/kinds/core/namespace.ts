import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { NamespaceSpec, NamespaceStatus } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import { ALL_VERBS } from '../../kind.ts'
import { whyNoDnsLabel } from '../../names.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'

export interface Namespace extends KubeObject {
  spec?: NamespaceSpec
  status?: NamespaceStatus
}

/** Every namespace carries its own name under this label, so that selectors can name it. */
const NAME_LABEL = 'kubernetes.io/metadata.name'

/** Holds a namespace until its contents are gone; removed through `/finalize`. */
const FINALIZER = 'kubernetes'

export const Namespace: Kind<Namespace> = defineKind<Namespace>({
  group: '',
  version: 'v1',
  kind: 'Namespace',
  plural: 'namespaces',
  shortNames: ['ns'],
  namespaced: false,
  schema: schemaOf('io.k8s.api.core.v1.Namespace'),
  generation: false,
  // Contents go one namespace at a time.
  verbs: ALL_VERBS.filter(verb => verb !== 'deletecollection'),
  setDefaults: setNamespaceDefaults,
  subresources: { status: true, others: [{ name: 'finalize', kind: 'Namespace', verbs: ['update'] }] },
  columns: [
    nameColumn,
    column<Namespace>('Status', object => object.status?.phase ?? '', { description: 'Active or Terminating.' }),
    ageColumn,
  ],
  selectableFields: { 'status.phase': object => object.status?.phase ?? '' },
  validateName: whyNoDnsLabel,
  prepareCreate(draft) {
    draft.status = { phase: 'Active' }
    const finalizers = draft.spec?.finalizers ?? []
    draft.spec = { ...draft.spec, finalizers: finalizers.includes(FINALIZER) ? finalizers : [...finalizers, FINALIZER] }
  },
  prepareUpdate(draft, current) {
    if (current.spec === undefined) delete draft.spec
    else draft.spec = structuredClone(current.spec)
  },
  prepareStatusUpdate(draft, current) {
    if (draft.metadata.deletionTimestamp === undefined) return
    draft.status = { ...draft.status, phase: current.status?.phase ?? 'Terminating' }
  },
})

function setNamespaceDefaults(draft: Namespace): void {
  if (!draft.metadata.name) return
  draft.metadata.labels = { ...draft.metadata.labels, [NAME_LABEL]: draft.metadata.name }
}
