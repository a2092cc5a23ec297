import type { FieldErrors } from '../field-errors.ts'
import { whyNoDnsLabel } from '../names.ts'
import type { ObjectMeta, OwnerReference } from '../object.ts'
import { whyNoLabelKey } from '../selector/label-syntax.ts'
import { validateImmutable } from './immutable.ts'
import { validateLabels } from './labels.ts'
import { utf8Length } from './utf8-length.ts'

/** Bytes of all keys and values of annotations together. */
export const ANNOTATIONS_BYTES_MAX = 256 * 1024

/** Finalizers that may stand without a domain. */
const STANDARD_FINALIZERS = new Set(['kubernetes', 'orphan', 'foregroundDeletion'])

interface MetadataRules {
  readonly namespaced: boolean
  /** The name may still be missing, to be made from generateName. */
  readonly generateNameAllowed: boolean
  /** Rule for names, a kind's `strategy.validateName`. */
  readonly kind: { readonly strategy: { validateName(name: string): string | undefined } }
}

/** What holds for the metadata of every object. */
export function validateMetadata(meta: ObjectMeta, rules: MetadataRules, errors: FieldErrors): void {
  validateName(meta, rules, errors)
  validateNamespace(meta, rules.namespaced, errors)
  if (meta.generation !== undefined && meta.generation < 0) {
    errors.invalid('metadata.generation', meta.generation, 'must be greater than or equal to 0')
  }
  validateLabels(meta.labels, 'metadata.labels', errors)
  validateAnnotations(meta.annotations, 'metadata.annotations', errors)
  validateOwners(meta.ownerReferences ?? [], errors)
  validateFinalizers(meta.finalizers ?? [], errors)
}

function validateName(meta: ObjectMeta, { generateNameAllowed, kind }: MetadataRules, errors: FieldErrors): void {
  const { validateName: whyNot } = kind.strategy
  if (meta.generateName) {
    // A generated part follows: what ends in '-' now does not then.
    const why = whyNot(meta.generateName.replace(/-$/, 'a'))
    if (why !== undefined) errors.invalid('metadata.generateName', meta.generateName, why)
  }
  if (!meta.name) {
    if (!(generateNameAllowed && meta.generateName))
      errors.required('metadata.name', 'name or generateName is required')
    return
  }
  const why = whyNot(meta.name)
  if (why !== undefined) errors.invalid('metadata.name', meta.name, why)
}

function validateNamespace({ namespace }: ObjectMeta, namespaced: boolean, errors: FieldErrors): void {
  if (!namespaced) {
    if (namespace) errors.forbidden('metadata.namespace', 'not allowed on this type')
  } else if (!namespace) errors.required('metadata.namespace')
  else {
    const why = whyNoDnsLabel(namespace)
    if (why !== undefined) errors.invalid('metadata.namespace', namespace, why)
  }
}

export function validateAnnotations(
  annotations: Readonly<Record<string, string>> | undefined,
  path: string,
  errors: FieldErrors,
): void {
  let bytes = 0
  for (const [key, value] of Object.entries(annotations ?? {})) {
    const why = whyNoLabelKey(key.toLowerCase())
    if (why !== undefined) errors.invalid(path, key, why)
    bytes += utf8Length(key) + utf8Length(value)
  }
  if (bytes > ANNOTATIONS_BYTES_MAX) errors.tooLong(path, ANNOTATIONS_BYTES_MAX)
}

function validateOwners(owners: readonly OwnerReference[], errors: FieldErrors): void {
  let controller: OwnerReference | undefined
  for (const [index, owner] of owners.entries()) {
    const path = `metadata.ownerReferences[${index}]`
    if (!/^([^/]+\/)?[^/]+$/.test(owner.apiVersion ?? '')) {
      errors.invalid(`${path}.apiVersion`, owner.apiVersion ?? '', 'version must not be empty')
    }
    for (const field of ['kind', 'name', 'uid'] as const) {
      if (!owner[field]) errors.invalid(`${path}.${field}`, owner[field] ?? '', 'must not be empty')
    }
    if (!owner.controller) continue
    if (controller !== undefined) {
      const why = `Only one reference can have Controller set to true. Found "true" in references for ${controller.kind}/${controller.name} and ${owner.kind}/${owner.name}`
      errors.invalid('metadata.ownerReferences', owners, why)
    }
    controller = owner
  }
}

function validateFinalizers(finalizers: readonly string[], errors: FieldErrors): void {
  for (const [index, finalizer] of finalizers.entries()) {
    const path = `metadata.finalizers[${index}]`
    const why = whyNoLabelKey(finalizer)
    if (why !== undefined) errors.invalid(path, finalizer, why)
    else if (!finalizer.includes('/') && !STANDARD_FINALIZERS.has(finalizer)) {
      errors.invalid(path, finalizer, 'name is neither a standard finalizer name nor is it fully qualified')
    }
  }
  if (finalizers.includes('orphan') && finalizers.includes('foregroundDeletion')) {
    const why = 'finalizers orphan and foregroundDeletion cannot be both set'
    errors.invalid('metadata.finalizers', finalizers, why)
  }
}

/** What an update may not change, and that nothing new may hold an object that is going. */
export function validateMetadataUpdate(meta: ObjectMeta, current: ObjectMeta, errors: FieldErrors): void {
  for (const field of ['name', 'namespace', 'uid', 'creationTimestamp', 'deletionTimestamp'] as const) {
    validateImmutable(meta[field], current[field], `metadata.${field}`, errors)
  }
  if (current.deletionTimestamp === undefined) return
  const known = new Set(current.finalizers ?? [])
  const added = (meta.finalizers ?? []).filter(finalizer => !known.has(finalizer))
  if (added.length === 0) return
  const why = `no new finalizers can be added if the object is being deleted, found new finalizers ${JSON.stringify(added)}`
  errors.forbidden('metadata.finalizers', why)
}
