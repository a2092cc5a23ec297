import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { FieldPath } from '../source/parse-manifests.ts'

/** Where the spec of the pods stands, per kind that makes pods. */
const POD_SPEC_PATHS: Readonly<Record<string, readonly string[]>> = {
  Pod: ['spec'],
  PodTemplate: ['template', 'spec'],
  Deployment: ['spec', 'template', 'spec'],
  ReplicaSet: ['spec', 'template', 'spec'],
  StatefulSet: ['spec', 'template', 'spec'],
  DaemonSet: ['spec', 'template', 'spec'],
  ReplicationController: ['spec', 'template', 'spec'],
  Job: ['spec', 'template', 'spec'],
  CronJob: ['spec', 'jobTemplate', 'spec', 'template', 'spec'],
}

/** The pod spec inside a workload, with its path; undefined for anything else. */
export function findPodSpec(object: unknown): { readonly spec: unknown; readonly path: FieldPath } | undefined {
  if (!isPlainObject(object)) return undefined
  const kind = getOwn(object, 'kind')
  const path = typeof kind === 'string' && Object.hasOwn(POD_SPEC_PATHS, kind) ? POD_SPEC_PATHS[kind] : undefined
  if (path === undefined) return undefined
  let spec: unknown = object
  for (const step of path) spec = isPlainObject(spec) ? getOwn(spec, step) : undefined
  return spec === undefined ? undefined : { spec, path }
}
