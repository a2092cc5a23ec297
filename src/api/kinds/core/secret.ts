import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { encodeBase64 } from '../../validation/base64.ts'
import { validateSecret, validateSecretUpdate } from './secret-validation.ts'

export interface Secret extends KubeObject {
  immutable?: boolean
  /** Values in base64. */
  data?: Record<string, string>
  /** Write-only: moved into `data` before anything is stored. */
  stringData?: Record<string, string>
  type?: string
}

export const Secret: Kind<Secret> = defineKind<Secret>({
  group: '',
  version: 'v1',
  kind: 'Secret',
  plural: 'secrets',
  schema: schemaOf('io.k8s.api.core.v1.Secret'),
  secret: true,
  setDefaults: setSecretDefaults,
  columns: [
    nameColumn,
    column<Secret>('Type', object => object.type ?? '', { description: 'What the secret is for.' }),
    column<Secret>('Data', object => Object.keys(object.data ?? {}).length, {
      type: 'integer',
      description: 'Number of keys in data.',
    }),
    ageColumn,
  ],
  selectableFields: { type: object => object.type ?? '' },
  validate: validateSecret,
  validateUpdate: validateSecretUpdate,
})

function setSecretDefaults(draft: Secret): void {
  draft.type ||= 'Opaque'
  if (draft.stringData === undefined) return
  const entries = Object.entries(draft.stringData).map(([key, value]) => [key, encodeBase64(value)])
  draft.data = { ...draft.data, ...Object.fromEntries(entries) }
  delete draft.stringData
}
