import type { FieldErrors } from '../../field-errors.ts'
import type { DownwardAPIVolumeFile, KeyToPath, Volume, VolumeProjection } from '../../generated/types.ts'
import { whyNoDnsLabel } from '../../names.ts'
import { whyNoConfigKey } from '../../validation/config-key.ts'
import { whyNoBackSteps, whyNoRelativePath } from '../../validation/relative-path.ts'
import { validateRequiredName } from '../../validation/validate-name.ts'

/** 0777 */
const MODE_MAX = 511
const HOST_PATH_TYPES = [
  '',
  'DirectoryOrCreate',
  'Directory',
  'FileOrCreate',
  'File',
  'Socket',
  'CharDevice',
  'BlockDevice',
]

/** Checks a pod's volumes and gives their names. */
export function validateVolumes(volumes: readonly Volume[], path: string, errors: FieldErrors): ReadonlySet<string> {
  const names = new Set<string>()
  for (const [index, volume] of volumes.entries()) {
    const volumePath = `${path}[${index}]`
    validateRequiredName(volume.name, whyNoDnsLabel, `${volumePath}.name`, errors)
    if (names.has(volume.name)) errors.duplicate(`${volumePath}.name`, volume.name)
    names.add(volume.name)
    validateSource(volume, volumePath, errors)
  }
  return names
}

function validateSource(volume: Volume, path: string, errors: FieldErrors): void {
  const sources = Object.keys(volume).filter(key => key !== 'name')
  if (sources.length === 0) errors.required(path, 'must specify a volume type')
  for (const source of sources.slice(1)) {
    errors.forbidden(`${path}.${source}`, 'may not specify more than 1 volume type')
  }
  const { configMap, secret, hostPath, downwardAPI, projected } = volume
  if (configMap !== undefined) {
    if (!configMap.name) errors.required(`${path}.configMap.name`)
    validateFiles(configMap.items, configMap.defaultMode, `${path}.configMap`, errors)
  }
  if (secret !== undefined) {
    if (!secret.secretName) errors.required(`${path}.secret.secretName`)
    validateFiles(secret.items, secret.defaultMode, `${path}.secret`, errors)
  }
  if (hostPath !== undefined) validateHostPath(hostPath, `${path}.hostPath`, errors)
  if (downwardAPI !== undefined) {
    validateMode(downwardAPI.defaultMode, `${path}.downwardAPI.defaultMode`, errors)
    validateDownwardFiles(downwardAPI.items, `${path}.downwardAPI.items`, errors)
  }
  if (projected !== undefined) {
    validateMode(projected.defaultMode, `${path}.projected.defaultMode`, errors)
    for (const [index, source] of (projected.sources ?? []).entries()) {
      validateProjection(source, `${path}.projected.sources[${index}]`, errors)
    }
  }
  if (volume.persistentVolumeClaim !== undefined && !volume.persistentVolumeClaim.claimName) {
    errors.required(`${path}.persistentVolumeClaim.claimName`)
  }
}

function validateHostPath(source: NonNullable<Volume['hostPath']>, path: string, errors: FieldErrors): void {
  if (!source.path) errors.required(`${path}.path`)
  const why = whyNoBackSteps(source.path)
  if (why !== undefined) errors.invalid(`${path}.path`, source.path, why)
  if (!HOST_PATH_TYPES.includes(source.type ?? '')) {
    errors.notSupported(`${path}.type`, source.type, HOST_PATH_TYPES)
  }
}

function validateProjection(source: VolumeProjection, path: string, errors: FieldErrors): void {
  const given = Object.keys(source)
  for (const field of given.slice(1))
    errors.forbidden(`${path}.${field}`, 'may not specify more than 1 volume type per source')
  for (const field of ['configMap', 'secret'] as const) {
    const projection = source[field]
    if (projection === undefined) continue
    if (!projection.name) errors.required(`${path}.${field}.name`)
    validateFiles(projection.items, undefined, `${path}.${field}`, errors)
  }
  if (source.downwardAPI !== undefined) {
    validateDownwardFiles(source.downwardAPI.items, `${path}.downwardAPI.items`, errors)
  }
  if (source.serviceAccountToken !== undefined) validateToken(source.serviceAccountToken, path, errors)
}

const TOKEN_SECONDS_MIN = 600

function validateToken(
  token: NonNullable<VolumeProjection['serviceAccountToken']>,
  path: string,
  errors: FieldErrors,
): void {
  const tokenPath = `${path}.serviceAccountToken`
  if ((token.expirationSeconds ?? TOKEN_SECONDS_MIN) < TOKEN_SECONDS_MIN) {
    errors.invalid(
      `${tokenPath}.expirationSeconds`,
      token.expirationSeconds,
      'may not specify a duration less than 10 minutes',
    )
  }
  validatePath(token.path, `${tokenPath}.path`, errors)
}

function validateFiles(
  items: readonly KeyToPath[] | undefined,
  defaultMode: number | undefined,
  path: string,
  errors: FieldErrors,
): void {
  validateMode(defaultMode, `${path}.defaultMode`, errors)
  for (const [index, item] of (items ?? []).entries()) {
    const itemPath = `${path}.items[${index}]`
    validateRequiredName(item.key, whyNoConfigKey, `${itemPath}.key`, errors)
    validatePath(item.path, `${itemPath}.path`, errors)
    validateMode(item.mode, `${itemPath}.mode`, errors)
  }
}

function validateDownwardFiles(
  items: readonly DownwardAPIVolumeFile[] | undefined,
  path: string,
  errors: FieldErrors,
): void {
  for (const [index, item] of (items ?? []).entries()) {
    const itemPath = `${path}[${index}]`
    validatePath(item.path, `${itemPath}.path`, errors)
    validateMode(item.mode, `${itemPath}.mode`, errors)
    if (item.fieldRef === undefined && item.resourceFieldRef === undefined) {
      errors.required(itemPath, 'one of fieldRef and resourceFieldRef is required')
    } else if (item.fieldRef !== undefined && item.resourceFieldRef !== undefined) {
      errors.invalid(itemPath, 'resource', 'fieldRef and resourceFieldRef can not be specified simultaneously')
    }
  }
}

function validatePath(path: string | undefined, field: string, errors: FieldErrors): void {
  if (!path) {
    errors.required(field)
    return
  }
  const why = whyNoRelativePath(path) ?? (path.startsWith('..') ? "must not start with '..'" : undefined)
  if (why !== undefined) errors.invalid(field, path, why)
}

function validateMode(mode: number | undefined, path: string, errors: FieldErrors): void {
  if (mode !== undefined && (mode < 0 || mode > MODE_MAX)) {
    errors.invalid(path, mode, 'must be a number between 0 and 0777 (octal), both inclusive')
  }
}
