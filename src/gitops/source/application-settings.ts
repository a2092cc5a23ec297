import type { DriftMode } from '../../api/kinds/gitops/application.ts'
import { parseDuration } from '../../api/kinds/gitops/duration.ts'
import { GITOPS_API_VERSION } from '../../api/kinds/gitops/gitops-schema.ts'
import { whyNoDnsLabel } from '../../api/names.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import { showValue } from '../object/show-text.ts'
import type { FieldPath, ManifestObject } from './parse-manifests.ts'
import type { SourceProblem } from './source-problem.ts'

/** What `application.yaml` says, completed by defaults. */
export interface ApplicationSettings {
  readonly namespace: string
  readonly dependsOn: readonly string[]
  readonly prune: boolean
  readonly drift: DriftMode
  readonly healthTimeoutMs: number
  readonly rollback: 'never' | 'onFailure'
  readonly replace: 'never' | 'whenImmutable'
  readonly suspended: boolean
}

export const SETTINGS_FILE = 'application.yaml'
export const HEALTH_TIMEOUT_DEFAULT_MS = 120_000
const HEALTH_TIMEOUT_MAX_MS = 24 * 3_600_000
const DEPENDS_ON_MAX = 100

export function defaultSettings(name: string): ApplicationSettings {
  return {
    namespace: name,
    dependsOn: [],
    prune: true,
    drift: 'heal',
    healthTimeoutMs: HEALTH_TIMEOUT_DEFAULT_MS,
    rollback: 'never',
    replace: 'never',
    suspended: false,
  }
}

export interface SettingsResult {
  readonly settings: ApplicationSettings
  readonly problems: readonly SourceProblem[]
}

type Report = (field: FieldPath, message: string, remedy?: string) => void
type Reader = (
  value: unknown,
  field: FieldPath,
  report: Report,
  name: string,
) => Partial<ApplicationSettings> | undefined

/** Reads the one document of an `application.yaml`. Where a field is wrong its default stands beside the problem. */
export function parseApplicationSettings(manifest: ManifestObject, path: string, name: string): SettingsResult {
  const problems: SourceProblem[] = []
  const report: Report = (field, message, remedy) => {
    const line = manifest.lineOf(field)
    problems.push({ path, ...(line !== undefined && { line }), message, ...(remedy !== undefined && { remedy }) })
  }
  checkHead(manifest, name, report)
  let settings = defaultSettings(name)
  const spec = getOwn(manifest.value, 'spec') ?? {}
  if (!isPlainObject(spec)) report(['spec'], 'spec must be a map')
  else {
    for (const [field, value] of Object.entries(spec)) {
      settings = { ...settings, ...readField(field, value, report, name) }
    }
  }
  return { settings, problems }
}

function checkHead({ value }: ManifestObject, name: string, report: Report): void {
  if (getOwn(value, 'apiVersion') !== GITOPS_API_VERSION || getOwn(value, 'kind') !== 'Application') {
    report(
      [],
      `must be an Application of ${GITOPS_API_VERSION}`,
      `write "apiVersion: ${GITOPS_API_VERSION}" and "kind: Application"`,
    )
  }
  const metadata = getOwn(value, 'metadata')
  const given = isPlainObject(metadata) ? getOwn(metadata, 'name') : undefined
  if (given !== undefined && given !== name) {
    report(
      ['metadata', 'name'],
      `the name ${showValue(given)} is not the directory's`,
      `write "name: ${name}" or rename the directory`,
    )
  }
  for (const field of Object.keys(value)) {
    if (!['apiVersion', 'kind', 'metadata', 'spec'].includes(field))
      report([field], `field ${showValue(field)} does not belong here`, 'remove it')
  }
}

function readField(
  field: string,
  value: unknown,
  report: Report,
  name: string,
): Partial<ApplicationSettings> | undefined {
  const reader = Object.hasOwn(READERS, field) ? READERS[field] : undefined
  if (reader !== undefined) return reader(value, ['spec', field], report, name)
  if (LATER.has(field)) report(['spec', field], `${field} is not supported yet`, 'remove it')
  else
    report(
      ['spec', field],
      `field spec.${showValue(field)} is not known`,
      `known are ${Object.keys(READERS).join(', ')}`,
    )
  return undefined
}

const LATER: ReadonlySet<string> = new Set(['approvals', 'syncWindows', 'render', 'kustomize', 'helm', 'preview'])

const READERS: Readonly<Record<string, Reader>> = {
  namespace: (value, field, report) => {
    const why = typeof value === 'string' ? whyNoDnsLabel(value) : 'must be text'
    if (why !== undefined) report(field, `namespace ${showValue(value)} is not a name: ${why}`)
    return why === undefined ? { namespace: value as string } : undefined
  },
  dependsOn: readDependsOn,
  prune: (value, field, report) => readFlag(value, field, report, prune => ({ prune })),
  suspend: (value, field, report) => readFlag(value, field, report, suspended => ({ suspended })),
  drift: (value, field, report) => {
    if (value === 'heal' || value === 'hold') return { drift: value }
    if (value === 'record' || value === 'propose') {
      report(
        field,
        `drift: ${value} is not supported yet`,
        'use heal (live changes are reverted) or hold (they are kept and reported)',
      )
    } else report(field, `drift is ${showValue(value)}`, 'use heal or hold')
    return undefined
  },
  health: readHealth,
  rollback: (value, field, report) => {
    if (value === 'never' || value === 'onFailure') return { rollback: value }
    report(field, `rollback is ${showValue(value)}`, 'use never or onFailure')
    return undefined
  },
  replace: (value, field, report) => {
    if (value === 'never' || value === 'whenImmutable') return { replace: value }
    report(field, `replace is ${showValue(value)}`, 'use never or whenImmutable')
    return undefined
  },
  path: (value, field, report, name) => {
    if (value !== `apps/${name}`)
      report(field, `path ${showValue(value)} is not this directory`, 'remove it: the directory says it')
    return undefined
  },
}

function readDependsOn(
  value: unknown,
  field: FieldPath,
  report: Report,
  name: string,
): Partial<ApplicationSettings> | undefined {
  if (!Array.isArray(value) || value.some(item => typeof item !== 'string')) {
    report(field, 'dependsOn must be a list of application names')
    return undefined
  }
  if (value.length > DEPENDS_ON_MAX) report(field, `dependsOn names more than ${DEPENDS_ON_MAX} applications`)
  if (value.includes(name)) report(field, 'an application cannot depend on itself', `remove ${name} from dependsOn`)
  return { dependsOn: [...new Set(value as string[])].filter(other => other !== name).slice(0, DEPENDS_ON_MAX) }
}

function readFlag<T>(value: unknown, field: FieldPath, report: Report, use: (flag: boolean) => T): T | undefined {
  if (typeof value === 'boolean') return use(value)
  report(field, `${field.at(-1)} is ${showValue(value)}`, 'write true or false')
  return undefined
}

function readHealth(value: unknown, field: FieldPath, report: Report): Partial<ApplicationSettings> | undefined {
  if (!isPlainObject(value)) {
    report(field, 'health must be a map', 'write "health: {timeout: 120s}"')
    return undefined
  }
  for (const other of Object.keys(value)) {
    if (other !== 'timeout')
      report([...field, other], `field spec.health.${showValue(other)} is not known`, 'known is timeout')
  }
  const timeout = getOwn(value, 'timeout')
  if (timeout === undefined) return undefined
  const ms = typeof timeout === 'number' && Number.isInteger(timeout) ? timeout * 1000 : parseDuration(String(timeout))
  if (ms !== undefined && ms >= 1_000 && ms <= HEALTH_TIMEOUT_MAX_MS) return { healthTimeoutMs: ms }
  report(
    [...field, 'timeout'],
    `health.timeout is ${showValue(timeout)}`,
    'write a time between 1s and 24h, like 120s or 5m',
  )
  return undefined
}
