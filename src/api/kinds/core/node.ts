import { schemaOf } from '../../built-in-schema.ts'
import { defineKind } from '../../define-kind.ts'
import type { NodeSpec, NodeStatus } from '../../generated/types.ts'
import type { Kind } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { nodeColumns } from './node-columns.ts'
import { validateNode, validateNodeUpdate } from './node-validation.ts'

export interface Node extends KubeObject {
  spec: NodeSpec
  status?: NodeStatus
}

export const Node: Kind<Node> = defineKind<Node>({
  group: '',
  version: 'v1',
  kind: 'Node',
  plural: 'nodes',
  shortNames: ['no'],
  namespaced: false,
  schema: schemaOf('io.k8s.api.core.v1.Node'),
  generation: false,
  setDefaults: setNodeDefaults,
  subresources: { status: true },
  columns: nodeColumns,
  selectableFields: { 'spec.unschedulable': ({ spec }) => String(spec?.unschedulable ?? false) },
  validate: validateNode,
  validateUpdate: validateNodeUpdate,
})

function setNodeDefaults(draft: Node): void {
  draft.spec ??= {}
  const { status } = draft
  // What is not reserved for the system may all be given to pods.
  if (status?.capacity !== undefined) status.allocatable ??= { ...status.capacity }
}
