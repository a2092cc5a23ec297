import { GITOPS_GROUP } from '../../api/kinds/gitops/gitops-schema.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import { showText, showValue } from '../object/show-text.ts'
import type { FieldPath } from '../source/parse-manifests.ts'
import type { SourceObject } from '../source/source-application.ts'

export interface ManifestHead {
  readonly apiVersion: string
  readonly kind: string
  readonly name: string
  readonly namespace?: string
}

export interface HeadProblem {
  readonly field: FieldPath
  readonly message: string
  readonly remedy: string
}

/** Fields of metadata that only a server writes; a manifest that names them was copied out of a cluster. */
const SERVER_SET = [
  'uid',
  'resourceVersion',
  'managedFields',
  'deletionTimestamp',
  'deletionGracePeriodSeconds',
  'ownerReferences',
  'finalizers',
] as const
const HOOK_ANNOTATIONS = ['argocd.argoproj.io/hook', 'helm.sh/hook']

/** What every manifest must say, or what is wrong with it. */
export function readHead({ value }: SourceObject): ManifestHead | HeadProblem {
  const apiVersion = getOwn(value, 'apiVersion')
  const kind = getOwn(value, 'kind')
  if (typeof apiVersion !== 'string' || apiVersion === '')
    return wrong(['apiVersion'], 'apiVersion is missing', 'write e.g. "apiVersion: apps/v1"')
  if (typeof kind !== 'string' || kind === '')
    return wrong(['kind'], 'kind is missing', 'write e.g. "kind: Deployment"')
  const shown = showText(kind)
  const metadata = getOwn(value, 'metadata')
  if (!isPlainObject(metadata))
    return wrong(['metadata'], `${shown} has no metadata`, 'write "metadata:" and below it "name:"')
  if (getOwn(metadata, 'generateName') !== undefined) {
    return wrong(
      ['metadata', 'generateName'],
      `${shown} has generateName, so each sync would create another one`,
      'write a name',
    )
  }
  const name = getOwn(metadata, 'name')
  if (typeof name !== 'string' || name === '')
    return wrong(['metadata', 'name'], `${shown} has no name`, 'write "name:" below "metadata:"')
  const namespace = getOwn(metadata, 'namespace')
  if (namespace !== undefined && (typeof namespace !== 'string' || namespace === '')) {
    return wrong(
      ['metadata', 'namespace'],
      `namespace of ${shown} ${showText(name)} is ${showValue(namespace)}`,
      'write a name, or remove it',
    )
  }
  return checkRest(metadata, { apiVersion, kind, name, ...(namespace !== undefined && { namespace }) })
}

function checkRest(metadata: Readonly<Record<string, unknown>>, head: ManifestHead): ManifestHead | HeadProblem {
  const what = `${showText(head.kind)} ${showText(head.name)}`
  for (const field of SERVER_SET) {
    if (getOwn(metadata, field) == null) continue
    return wrong(['metadata', field], `metadata.${field} of ${what} is written by the server`, 'remove it')
  }
  const annotations = getOwn(metadata, 'annotations')
  const hook = isPlainObject(annotations)
    ? HOOK_ANNOTATIONS.find(each => getOwn(annotations, each) !== undefined)
    : undefined
  if (hook !== undefined) {
    return wrong(
      ['metadata', 'annotations', hook],
      `${what} is a hook (${hook}), and hooks are not supported yet`,
      'remove the annotation, or order applications with dependsOn',
    )
  }
  if (head.apiVersion.startsWith(`${GITOPS_GROUP}/`)) {
    return wrong(
      ['kind'],
      `${what} belongs to the sync engine`,
      "only application.yaml directly in the application's directory may hold an Application",
    )
  }
  return head
}

function wrong(field: FieldPath, message: string, remedy: string): HeadProblem {
  return { field, message, remedy }
}

export function isHeadProblem(head: ManifestHead | HeadProblem): head is HeadProblem {
  return 'message' in head
}
