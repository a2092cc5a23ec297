import { schemaOf } from '../../built-in-schema.ts'
import type { Schema, StructSchema } from '../../schema.ts'
import { struct, text } from '../../schema-builder.ts'

export const GITOPS_GROUP = 'gitops.pintle.dev'
export const GITOPS_VERSION = 'v1'
export const GITOPS_API_VERSION = `${GITOPS_GROUP}/${GITOPS_VERSION}`

/** The schema of one of our own kinds: `fields` beside what every object has. */
export function gitopsSchema(kind: string, fields: Readonly<Record<string, Schema>>): StructSchema {
  return struct(
    {
      apiVersion: text(),
      kind: text(),
      metadata: schemaOf('io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'),
      ...fields,
    },
    { name: `dev.pintle.gitops.${GITOPS_VERSION}.${kind}` },
  )
}
