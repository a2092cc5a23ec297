import type { StructSchema } from '../../../src/api/schema.ts'
import { anyJson, integer, listByKey, listOf, mapOf, struct, text } from '../../../src/api/schema-builder.ts'

/** A small kind with one field of each sort that ownership knows. */
const port = struct({ port: integer(), protocol: text({ default: 'TCP' }), name: text() })

const container = struct({
  name: text(),
  image: text(),
  command: listOf(text()),
  ports: listByKey(port, ['port', 'protocol']),
  env: listByKey(struct({ name: text(), value: text() }), ['name']),
  limits: mapOf({ type: 'quantity' }),
})

export const sampleSchema: StructSchema = struct({
  apiVersion: text(),
  kind: text(),
  metadata: struct({
    name: text(),
    namespace: text(),
    labels: mapOf(text()),
    annotations: mapOf(text()),
    finalizers: { type: 'list', items: text(), listType: 'set', keys: [] },
  }),
  spec: struct({
    replicas: integer(),
    paused: { type: 'boolean' },
    selector: struct({ matchLabels: mapOf(text()) }, { atomic: true }),
    strategy: struct({ type: text(), surge: integer() }),
    containers: listByKey(container, ['name']),
    raw: anyJson(),
  }),
  status: struct({ ready: integer(), phase: text() }),
})
