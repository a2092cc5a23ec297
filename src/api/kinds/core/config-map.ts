import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { ageColumn, column, nameColumn } from '../../table/column.ts'
import { validateConfigMap, validateConfigMapUpdate } from './config-map-validation.ts'

export interface ConfigMap extends KubeObject {
  immutable?: boolean
  data?: Record<string, string>
  /** Values in base64. */
  binaryData?: Record<string, string>
}

export const ConfigMap: Kind<ConfigMap> = defineKind<ConfigMap>({
  group: '',
  version: 'v1',
  kind: 'ConfigMap',
  plural: 'configmaps',
  shortNames: ['cm'],
  schema: schemaOf('io.k8s.api.core.v1.ConfigMap'),
  columns: [
    nameColumn,
    column<ConfigMap>('Data', object => countKeys(object.data) + countKeys(object.binaryData), {
      type: 'integer',
      description: 'Number of keys in data and binaryData.',
    }),
    ageColumn,
  ],
  validate: validateConfigMap,
  validateUpdate: validateConfigMapUpdate,
})

function countKeys(map: Readonly<Record<string, string>> | undefined): number {
  return Object.keys(map ?? {}).length
}
