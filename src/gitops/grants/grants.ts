import { whyNoDnsLabel } from '../../api/names.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import { showValue } from '../object/show-text.ts'
import type { FieldPath, ManifestObject } from '../source/parse-manifests.ts'
import type { SourceProblem } from '../source/source-problem.ts'

/** What `cluster/grants.yaml` lets one application touch beyond its own namespace. */
interface Grant {
  readonly namespaces: readonly string[]
  /** `ClusterRole.rbac.authorization.k8s.io`, `PriorityClass.scheduling.k8s.io`; core kinds without a dot. */
  readonly kinds: readonly string[]
}

export type Grants = ReadonlyMap<string, Grant>

export const NO_GRANTS: Grants = new Map()
const GRANTS_MAX = 5_000

export interface GrantsResult {
  readonly grants: Grants
  readonly problems: readonly SourceProblem[]
}

/**
 * Reads
 *
 *     grants:
 *       - application: ingress
 *         namespaces: [shared]
 *         kinds: [ClusterRole.rbac.authorization.k8s.io]
 *
 * A grant with anything wrong in it grants nothing.
 */
export function parseGrants(manifest: ManifestObject, path: string): GrantsResult {
  const problems: SourceProblem[] = []
  const report = (field: FieldPath, message: string, remedy?: string) => {
    const line = manifest.lineOf(field)
    problems.push({ path, ...(line !== undefined && { line }), message, ...(remedy !== undefined && { remedy }) })
  }
  const grants = new Map<string, Grant>()
  const list = getOwn(manifest.value, 'grants')
  for (const field of Object.keys(manifest.value).filter(each => each !== 'grants')) {
    report([field], `field ${showValue(field)} is not known`, 'known is grants')
  }
  if (!Array.isArray(list)) report([], 'must hold a list named "grants"', 'write "grants: []" for none')
  else if (list.length > GRANTS_MAX) report(['grants'], `holds more than ${GRANTS_MAX} grants`)
  else for (const [index, item] of list.entries()) addGrant(item, ['grants', index], grants, report)
  return { grants, problems }
}

function addGrant(
  item: unknown,
  field: FieldPath,
  grants: Map<string, Grant>,
  report: (field: FieldPath, message: string, remedy?: string) => void,
) {
  if (!isPlainObject(item)) return report(field, 'a grant must be a map with application, namespaces and kinds')
  const unknown = Object.keys(item).find(key => !['application', 'namespaces', 'kinds'].includes(key))
  if (unknown !== undefined)
    return report(
      [...field, unknown],
      `field ${showValue(unknown)} is not known`,
      'known are application, namespaces, kinds',
    )
  const application = getOwn(item, 'application')
  if (typeof application !== 'string' || whyNoDnsLabel(application) !== undefined) {
    return report(
      [...field, 'application'],
      'a grant must name an application',
      'write "application: <directory below apps/>"',
    )
  }
  const namespaces = textList(getOwn(item, 'namespaces'))
  const kinds = textList(getOwn(item, 'kinds'))
  if (namespaces === undefined) return report([...field, 'namespaces'], 'namespaces must be a list of names')
  if (kinds === undefined)
    return report([...field, 'kinds'], 'kinds must be a list like [ClusterRole.rbac.authorization.k8s.io]')
  const reserved = namespaces.find(isReservedNamespace)
  if (reserved !== undefined)
    return report(
      [...field, 'namespaces'],
      `${showValue(reserved)} is for cluster/ alone`,
      'put those manifests below cluster/',
    )
  const before = grants.get(application) ?? { namespaces: [], kinds: [] }
  grants.set(application, { namespaces: [...before.namespaces, ...namespaces], kinds: [...before.kinds, ...kinds] })
}

function textList(value: unknown): readonly string[] | undefined {
  if (value === undefined) return []
  return Array.isArray(value) && value.every(item => typeof item === 'string') ? value : undefined
}

/** Namespaces that only `cluster/` may touch. */
export function isReservedNamespace(namespace: string): boolean {
  return /^(kube|pintle)-/.test(namespace)
}
