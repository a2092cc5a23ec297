import { apiError } from '../api/api-error.ts'
import type { KindSubresources } from '../api/kind.ts'
import type { KubeObject } from '../api/object.ts'
import { isPlainObject } from '../api/plain-object.ts'
import { labelSelectorMatcher } from '../api/selector/label-selector.ts'
import { formatLabelSelector } from '../api/selector/label-selector-text.ts'
import { copyJson } from './copy-json.ts'

type ScalePaths = NonNullable<KindSubresources['scale']>

/** autoscaling/v1 Scale. */
export interface Scale extends KubeObject {
  spec: { replicas?: number }
  status: { replicas: number; selector?: string }
}

/** What `/scale` shows of an object that has replicas. */
export function showScale(whole: KubeObject, paths: ScalePaths): Scale {
  const { name, namespace, uid, resourceVersion, creationTimestamp } = whole.metadata
  const selector = selectorText(read(whole, paths.selectorPath))
  return {
    apiVersion: 'autoscaling/v1',
    kind: 'Scale',
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(creationTimestamp !== undefined && { creationTimestamp }),
    },
    spec: { replicas: Number(read(whole, paths.specReplicasPath) ?? 0) },
    status: {
      replicas: Number(read(whole, paths.statusReplicasPath) ?? 0),
      ...(selector !== undefined && { selector }),
    },
  }
}

/** The object with the replicas of a changed Scale. Throws 422 when they are no whole number from 0. */
export function foldScale(changed: KubeObject, whole: KubeObject, paths: ScalePaths): KubeObject {
  const { spec, metadata } = changed as Scale
  const replicas = spec?.replicas ?? 0
  if (!Number.isInteger(replicas) || replicas < 0) {
    const message = `Invalid value: ${JSON.stringify(replicas)}: must be greater than or equal to 0`
    throw apiError(
      'Invalid',
      `Scale.autoscaling ${JSON.stringify(metadata.name)} is invalid: spec.replicas: ${message}`,
      {
        name: metadata.name,
        group: 'autoscaling',
        kind: 'Scale',
        causes: [{ reason: 'FieldValueInvalid', message, field: 'spec.replicas' }],
      },
    )
  }
  const folded = copyJson(whole)
  write(folded, paths.specReplicasPath, replicas)
  if (metadata.uid !== undefined) folded.metadata.uid = metadata.uid
  if (metadata.resourceVersion !== undefined) folded.metadata.resourceVersion = metadata.resourceVersion
  return folded
}

function selectorText(selector: unknown): string | undefined {
  if (typeof selector === 'string') return selector
  return isPlainObject(selector) ? formatLabelSelector(labelSelectorMatcher(selector)) : undefined
}

function read(object: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, field) => (isPlainObject(value) ? value[field] : undefined), object)
}

function write(object: object, path: readonly string[], value: unknown): void {
  const parent = path.slice(0, -1).reduce(
    (at, field) => {
      at[field] = isPlainObject(at[field]) ? at[field] : {}
      return at[field] as Record<string, unknown>
    },
    object as Record<string, unknown>,
  )
  parent[path.at(-1) ?? ''] = value
}
