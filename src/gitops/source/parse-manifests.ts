import { DecodeError } from '../../api/decode/decode-error.ts'
import type { FieldPath } from '../../api/decode/field-path.ts'
import { MANIFEST_LIMITS } from '../../api/decode/limits.ts'
import type { YamlDocument } from '../../api/decode/yaml.ts'
import { lineInYaml, parseYamlDocuments } from '../../api/decode/yaml.ts'
import type { ReadonlyPlainObject } from '../../api/plain-object.ts'
import { isPlainObject } from '../../api/plain-object.ts'
import type { Offload, OffloadJob } from '../../lib/offload.ts'
import { showText } from '../object/show-text.ts'
import type { SourceProblem } from './source-problem.ts'

export type { FieldPath }

/** One object as a file writes it. */
export interface ManifestObject {
  readonly value: ReadonlyPlainObject
  /** First line of its document, from 1. */
  readonly line: number
  /** Line of a field, or of the nearest thing above it that is there. */
  readonly lineOf: (field: FieldPath) => number | undefined
}

export interface ManifestFile {
  readonly objects: readonly ManifestObject[]
  /** Their `path` is empty: the same content may stand at several. */
  readonly problems: readonly SourceProblem[]
}

/** What parsing gives, as plain data that can come from another thread. */
interface ParsedFile {
  readonly documents: readonly Pick<YamlDocument, 'value' | 'line' | 'index' | 'duplicateFields'>[]
  readonly error: SourceProblem | undefined
}

/** Larger files are parsed in another thread: a megabyte of YAML takes a second. */
const INLINE_BYTES_MAX = 32 * 1024

const parseFileJob: OffloadJob<Uint8Array, ParsedFile> = {
  name: 'parse a manifest',
  module: import.meta.url,
  exportName: 'parseFile',
  work: parseFile,
}

/** Parses one YAML or JSON file of any number of documents; empty ones do not count. */
export async function parseManifests(bytes: Uint8Array, offload: Offload): Promise<ManifestFile> {
  const parsed = bytes.length <= INLINE_BYTES_MAX ? parseFile(bytes) : await offload.run(parseFileJob, bytes)
  if (parsed.error !== undefined) return { objects: [], problems: [parsed.error] }
  const objects: ManifestObject[] = []
  const problems: SourceProblem[] = []
  for (const document of parsed.documents) addDocument(document, bytes, objects, problems)
  return { objects, problems }
}

/** Pure: runs in any thread. */
export function parseFile(bytes: Uint8Array): ParsedFile {
  try {
    const documents = parseYamlDocuments(bytes, MANIFEST_LIMITS)
    return {
      documents: documents.map(({ value, line, index, duplicateFields }) => ({ value, line, index, duplicateFields })),
      error: undefined,
    }
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { documents: [], error: decodeProblem(error) }
  }
}

function addDocument(
  { value, line, index, duplicateFields }: ParsedFile['documents'][number],
  bytes: Uint8Array,
  objects: ManifestObject[],
  problems: SourceProblem[],
): void {
  for (const field of duplicateFields) {
    problems.push({
      path: '',
      line,
      message: `${showText(field)} is given more than once`,
      remedy: 'keep one',
      unreadable: true,
    })
  }
  if (isPlainObject(value)) {
    objects.push({ value, line, lineOf: field => lineInYaml(bytes, MANIFEST_LIMITS, index, field) })
  } else
    problems.push({
      path: '',
      line,
      message: 'is no Kubernetes object but a single value or list',
      remedy: 'write apiVersion, kind and metadata',
      unreadable: true,
    })
}

function remedyOf(why: string, kind: DecodeError['kind']): { readonly remedy?: string } {
  if (kind !== 'wrong') return { remedy: 'split the file' }
  return why.includes('UTF-8') ? { remedy: 'save the file as UTF-8 text' } : {}
}

function decodeProblem({ why, line, kind }: DecodeError): SourceProblem {
  return {
    path: '',
    ...(line !== undefined && { line }),
    message: kind === 'wrong' ? `is no valid YAML or JSON: ${showText(why, 300)}` : showText(why, 300),
    ...remedyOf(why, kind),
    unreadable: true,
  }
}
