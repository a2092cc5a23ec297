import type { ServedKind } from '../kind-registry.ts'

/** The forms of a patch that every kind takes. */
const PATCH_MEDIA_TYPES = [
  'application/apply-patch+yaml',
  'application/json-patch+json',
  'application/merge-patch+json',
  'application/strategic-merge-patch+json',
]
const WRITE_PARAMETERS = [
  queryParameter('dryRun', 'string', 'All: do everything but store.'),
  queryParameter('fieldManager', 'string', 'Who the changed fields belong to.'),
  queryParameter('fieldValidation', 'string', 'Unknown and doubled fields: Ignore, Warn or Strict.'),
]
const FORCE_PARAMETER = queryParameter('force', 'boolean', 'Apply: take fields over from other managers.')
const LIST_PARAMETERS = [
  queryParameter('continue', 'string', 'Where the page before ended.'),
  queryParameter('fieldSelector', 'string', 'Only objects with these field values.'),
  queryParameter('labelSelector', 'string', 'Only objects with these labels.'),
  queryParameter('limit', 'integer', 'Objects of one page.'),
  queryParameter('resourceVersion', 'string', 'The state to answer from.'),
  queryParameter('watch', 'boolean', 'Go on with changes.'),
]

/** Paths of one kind: its collection, its objects, and the status of these. `schemaName` is the kind's component. */
export function openApiPaths({ kind, version }: ServedKind, schemaName: string): Record<string, object> {
  const root = version.group === '' ? `/api/${version.version}` : `/apis/${version.group}/${version.version}`
  const collection = `${root}${kind.namespaced ? '/namespaces/{namespace}' : ''}/${kind.plural}`
  const scope = kind.namespaced ? [pathParameter('namespace', 'Namespace of the object.')] : []
  const object = [pathParameter('name', 'Name of the object.'), ...scope]
  const form = new OperationForm({ group: version.group, version: version.version, kind: kind.kind }, schemaName)
  const single = {
    get: form.read('get', []),
    put: form.write('put', WRITE_PARAMETERS),
    patch: form.patch(),
    parameters: object,
  }
  return {
    ...(kind.namespaced && {
      [`${root}/${kind.plural}`]: { get: form.read('list', LIST_PARAMETERS, `${schemaName}List`) },
    }),
    [collection]: {
      get: form.read('list', LIST_PARAMETERS, `${schemaName}List`),
      post: form.write('post', WRITE_PARAMETERS),
      ...(scope.length > 0 && { parameters: scope }),
    },
    [`${collection}/{name}`]: { ...single, delete: form.remove() },
    ...(kind.subresources.status && { [`${collection}/{name}/status`]: single }),
  }
}

class OperationForm {
  readonly #kind: object
  readonly #schemaName: string

  constructor(kind: object, schemaName: string) {
    this.#kind = kind
    this.#schemaName = schemaName
  }

  read(action: string, parameters: readonly object[], schemaName = this.#schemaName) {
    return this.#operation(action, parameters, { 200: response(schemaName) })
  }

  write(action: 'post' | 'put', parameters: readonly object[]) {
    const body = { content: { '*/*': { schema: reference(this.#schemaName) } }, required: true }
    const responses = { 200: response(this.#schemaName), 201: response(this.#schemaName) }
    return { ...this.#operation(action, parameters, responses), requestBody: body }
  }

  patch() {
    const content = Object.fromEntries(PATCH_MEDIA_TYPES.map(type => [type, { schema: { type: 'object' } }]))
    const responses = { 200: response(this.#schemaName), 201: response(this.#schemaName) }
    const operation = this.#operation('patch', [...WRITE_PARAMETERS, FORCE_PARAMETER], responses)
    return { ...operation, requestBody: { content, required: true } }
  }

  remove() {
    return this.#operation('delete', WRITE_PARAMETERS.slice(0, 1), { 200: response(this.#schemaName) })
  }

  #operation(action: string, parameters: readonly object[], responses: object) {
    return {
      ...(parameters.length > 0 && { parameters }),
      responses,
      'x-kubernetes-action': action,
      'x-kubernetes-group-version-kind': this.#kind,
    }
  }
}

function response(schemaName: string) {
  return { description: 'OK', content: { 'application/json': { schema: reference(schemaName) } } }
}

function reference(schemaName: string) {
  return { $ref: `#/components/schemas/${schemaName}` }
}

function queryParameter(name: string, type: string, description: string) {
  return { name, in: 'query', description, schema: { type, uniqueItems: true } }
}

function pathParameter(name: string, description: string) {
  return { name, in: 'path', description, required: true, schema: { type: 'string', uniqueItems: true } }
}
