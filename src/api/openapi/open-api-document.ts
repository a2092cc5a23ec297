import { definitionNames, schemaOf } from '../built-in-schema.ts'
import { servedGroups } from '../discovery/served-groups.ts'
import { hashJson } from '../hash.ts'
import { formatGroupVersion } from '../kind.ts'
import type { KindRegistry, ServedKind } from '../kind-registry.ts'
import { openApiPaths } from './open-api-paths.ts'
import type { Descriptions, OpenApiSchema } from './schema-components.ts'
import { SchemaComponents } from './schema-components.ts'

const META = 'io.k8s.apimachinery.pkg.apis.meta.v1'

/** Texts of built-in definitions: large, so they are loaded only for who asks for OpenAPI. */
export async function loadDescriptions(): Promise<Descriptions> {
  return (await import('../generated/descriptions.ts')).descriptions
}

/** OpenAPI v3 of one group and version; undefined when nothing of it is served. */
export function openApiDocument(kinds: KindRegistry, groupVersion: string, descriptions: Descriptions) {
  const served = servedIn(kinds, groupVersion)
  if (served === undefined) return undefined
  const components = new SchemaComponents(descriptions)
  const paths: Record<string, object> = {}
  for (const each of served) {
    const name = addKind(components, each)
    Object.assign(paths, openApiPaths(each, name))
  }
  return {
    openapi: '3.0.0',
    info: { title: 'Kubernetes', version: 'v1' },
    paths,
    components: { schemas: components.toJSON() },
  }
}

/**
 * Changes when the document of that group and version does, and is the same in every process that serves the same:
 * clients keep documents by it for good.
 */
function openApiHash(kinds: KindRegistry, groupVersion: string): string {
  return hashJson([openApiDocument(kinds, groupVersion, {}), FORMAT])
}

/** Changed by hand when the form of documents changes without their contents. */
const FORMAT = 1

export interface OpenApiIndex {
  /** `apis/apps/v1` -> its document. */
  readonly paths: Readonly<Record<string, { readonly serverRelativeURL: string }>>
}

const indexes = new WeakMap<KindRegistry, { readonly generation: number; readonly index: OpenApiIndex }>()

/** `GET /openapi/v3`: where the document of each group and version is. Computed once per change of the registry. */
export function openApiIndex(kinds: KindRegistry): OpenApiIndex {
  const known = indexes.get(kinds)
  if (known?.generation === kinds.generation) return known.index
  const index = computeIndex(kinds)
  indexes.set(kinds, { generation: kinds.generation, index })
  return index
}

function computeIndex(kinds: KindRegistry): OpenApiIndex {
  const paths: Record<string, { readonly serverRelativeURL: string }> = {}
  for (const { name, versions } of servedGroups(kinds)) {
    for (const { version } of versions) {
      const path = name === '' ? `api/${version}` : `apis/${name}/${version}`
      const hash = openApiHash(kinds, formatGroupVersion(name, version))
      paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` }
    }
  }
  return { paths }
}

function servedIn(kinds: KindRegistry, groupVersion: string): readonly ServedKind[] | undefined {
  for (const { name, versions } of servedGroups(kinds)) {
    const found = versions.find(({ version }) => formatGroupVersion(name, version) === groupVersion)
    if (found !== undefined) return found.kinds
  }
  return undefined
}

/** Adds a kind and its list, and gives the kind's component name. */
function addKind(components: SchemaComponents, { kind, version }: ServedKind): string {
  const name = version.schema.name ?? `${version.group || 'core'}.${version.version}.${kind.kind}`
  const groupVersion = { group: version.group, version: version.version }
  components.add(name, version.schema)['x-kubernetes-group-version-kind'] = [{ ...groupVersion, kind: kind.kind }]
  const list = addList(components, name, kind.listKind)
  list['x-kubernetes-group-version-kind'] = [{ ...groupVersion, kind: kind.listKind }]
  return name
}

const builtInNames = new Set(definitionNames())

function addList(components: SchemaComponents, itemName: string, listKind: string): OpenApiSchema {
  const name = `${itemName}List`
  if (builtInNames.has(name)) return components.add(name, schemaOf(name))
  components.add(`${META}.ListMeta`, schemaOf(`${META}.ListMeta`))
  const list: OpenApiSchema = {
    description: `${listKind} is a list of ${itemName.slice(itemName.lastIndexOf('.') + 1)}.`,
    type: 'object',
    required: ['items'],
    properties: {
      apiVersion: { type: 'string' },
      kind: { type: 'string' },
      metadata: { $ref: `#/components/schemas/${META}.ListMeta` },
      items: { type: 'array', items: { $ref: `#/components/schemas/${itemName}` } },
    },
  }
  components.define(name, list)
  return list
}
