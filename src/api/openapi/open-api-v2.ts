import { servedGroups } from '../discovery/served-groups.ts'
import { formatGroupVersion } from '../kind.ts'
import type { KindRegistry } from '../kind-registry.ts'
import { openApiDocument } from './open-api-document.ts'
import { MessageWriter } from './protobuf-writer.ts'
import type { OpenApiSchema } from './schema-components.ts'

/**
 * Of the answer. Clients ask for `...spec.v2@v1.0+protobuf`, which is no media type that Go's own parser takes back: the
 * answer says it with a dot.
 */
export const OPEN_API_V2_MEDIA_TYPE = 'application/com.github.proto-openapi.spec.v2.v1.0+protobuf'

/**
 * OpenAPI v2 of everything served, as kubectl before 1.29 wants it before it sends anything: the protobuf form of
 * gnostic's `openapi.v2.Document`, made from our version 3. Field numbers are those of its OpenAPIv2.proto. Without the
 * texts of built-in definitions: those kubectls explain by version 3 too.
 */
export function openApiV2Document(kinds: KindRegistry): Uint8Array {
  const schemas = new Map<string, OpenApiSchema>()
  const paths = new Map<string, PathItem>()
  for (const { name, versions } of servedGroups(kinds)) {
    for (const { version } of versions) {
      const document = openApiDocument(kinds, formatGroupVersion(name, version), {})
      for (const [key, schema] of Object.entries(document?.components.schemas ?? {})) schemas.set(key, schema)
      for (const [path, item] of Object.entries(document?.paths ?? {})) paths.set(path, item as PathItem)
    }
  }
  const info = new MessageWriter().text(1, 'Kubernetes').text(2, 'v1')
  return new MessageWriter()
    .text(1, '2.0')
    .message(2, info)
    .message(8, new MessageWriter().messages(2, named(paths, writePath)))
    .message(9, new MessageWriter().messages(1, named(schemas, writeDefinition)))
    .finish()
}

interface Operation {
  readonly parameters?: readonly Parameter[]
  readonly requestBody?: { readonly content: Readonly<Record<string, object>> }
  readonly 'x-kubernetes-action'?: string
  readonly 'x-kubernetes-group-version-kind'?: object
}

interface Parameter {
  readonly name: string
  readonly description: string
  readonly schema: { readonly type: string }
}

type PathItem = Readonly<Partial<Record<'get' | 'put' | 'post' | 'delete' | 'patch', Operation>>>

function named<T>(values: ReadonlyMap<string, T>, write: (value: T, name: string) => MessageWriter): MessageWriter[] {
  return [...values].map(([name, value]) => new MessageWriter().text(1, name).message(2, write(value, name)))
}

function writePath(item: PathItem): MessageWriter {
  return new MessageWriter()
    .message(2, item.get && writeOperation(item.get))
    .message(3, item.put && writeOperation(item.put))
    .message(4, item.post && writeOperation(item.post))
    .message(5, item.delete && writeOperation(item.delete))
    .message(8, item.patch && writeOperation(item.patch))
}

function writeOperation(operation: Operation): MessageWriter {
  const response = new MessageWriter()
    .text(1, '200')
    .message(2, new MessageWriter().message(1, new MessageWriter().text(1, 'OK')))
  return new MessageWriter()
    .texts(7, Object.keys(operation.requestBody?.content ?? {}))
    .messages(8, (operation.parameters ?? []).map(writeQueryParameter))
    .message(9, new MessageWriter().messages(1, [response]))
    .messages(13, extensions(operation))
}

/** ParametersItem > Parameter > NonBodyParameter > QueryParameterSubSchema. */
function writeQueryParameter({ name, description, schema }: Parameter): MessageWriter {
  const query = new MessageWriter()
    .text(2, 'query')
    .text(3, description)
    .text(4, name)
    .text(6, schema.type)
    .flag(20, true)
  const nonBody = new MessageWriter().message(3, query)
  return new MessageWriter().message(1, new MessageWriter().message(2, nonBody))
}

/** Version 2 has no choice between types: what may be a text is one. */
const TEXTS: Readonly<Record<string, string>> = {
  'io.k8s.apimachinery.pkg.api.resource.Quantity': '',
  'io.k8s.apimachinery.pkg.util.intstr.IntOrString': 'int-or-string',
}

function writeDefinition(schema: OpenApiSchema, name: string): MessageWriter {
  const format = TEXTS[name]
  if (format === undefined) return writeSchema(schema)
  return writeSchema({ description: schema['description'], type: 'string', ...(format !== '' && { format }) })
}

function writeSchema(schema: OpenApiSchema): MessageWriter {
  const reference = referenceOf(schema)
  const writer = new MessageWriter()
    .text(1, reference)
    .text(2, schema['format'] as string | undefined)
    .text(4, schema['description'] as string | undefined)
  if (reference !== undefined) return writer.messages(31, extensions(schema))
  const { additionalProperties, items, properties, type } = schema as {
    readonly additionalProperties?: OpenApiSchema
    readonly items?: OpenApiSchema
    readonly properties?: Readonly<Record<string, OpenApiSchema>>
    readonly type?: string
  }
  const members = properties && named(new Map(Object.entries(properties)), writeSchema)
  return writer
    .texts(19, schema['required'] as readonly string[] | undefined)
    .message(21, additionalProperties && new MessageWriter().message(1, writeSchema(additionalProperties)))
    .message(22, type === undefined ? undefined : new MessageWriter().texts(1, [type]))
    .message(23, items && new MessageWriter().message(1, writeSchema(items)))
    .message(25, members && new MessageWriter().messages(1, members))
    .messages(31, extensions(schema))
}

const REFERENCE_PREFIX = '#/components/schemas/'

/** Version 3 puts a reference that has a text beside it into `allOf`. */
function referenceOf(schema: OpenApiSchema): string | undefined {
  const [only] = (schema['allOf'] ?? []) as readonly OpenApiSchema[]
  const reference = (schema['$ref'] ?? only?.['$ref']) as string | undefined
  return reference && `#/definitions/${reference.slice(REFERENCE_PREFIX.length)}`
}

/** NamedAny, with the value as YAML: JSON is YAML. */
function extensions(source: object): MessageWriter[] {
  const all = Object.entries(source).filter(([name]) => name.startsWith('x-'))
  return all.map(([name, value]) =>
    new MessageWriter().text(1, name).message(2, new MessageWriter().text(2, JSON.stringify(value))),
  )
}
