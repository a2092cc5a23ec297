import { DecodeError } from '../../api/decode/decode-error.ts'
import type { FieldPath } from '../../api/decode/field-path.ts'
import { MANIFEST_LIMITS } from '../../api/decode/limits.ts'
import type { YamlDocument } from '../../api/decode/yaml.ts'
import { parseYamlDocuments } from '../../api/decode/yaml.ts'
import type { ReadonlyPlainObject } from '../../api/plain-object.ts'
import { isPlainObject } from '../../api/plain-object.ts'
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

/** Parses one YAML or JSON file of any number of documents; empty ones do not count. */
export function parseManifests(bytes: Uint8Array): ManifestFile {
  const objects: ManifestObject[] = []
  const problems: SourceProblem[] = []
  try {
    for (const document of parseYamlDocuments(bytes, MANIFEST_LIMITS)) addDocument(document, objects, problems)
  } catch (error) {
    if (!(error instanceof DecodeError)) throw error
    return { objects: [], problems: [decodeProblem(error)] }
  }
  return { objects, problems }
}

function addDocument(document: YamlDocument, objects: ManifestObject[], problems: SourceProblem[]): void {
  const { value, line, duplicateFields } = document
  for (const field of duplicateFields) {
    problems.push({
      path: '',
      line,
      message: `${showText(field)} is given more than once`,
      remedy: 'keep one',
      unreadable: true,
    })
  }
  if (isPlainObject(value)) objects.push({ value, line, lineOf: field => document.lineOf(field) })
  else
    problems.push({
      path: '',
      line,
      message: 'is no Kubernetes object but a single value or list',
      remedy: 'write apiVersion, kind and metadata',
      unreadable: true,
    })
}

function decodeProblem({ why, line, kind }: DecodeError): SourceProblem {
  return {
    path: '',
    ...(line !== undefined && { line }),
    message: kind === 'wrong' ? `is no valid YAML or JSON: ${showText(why, 300)}` : showText(why, 300),
    ...(kind !== 'wrong' && { remedy: 'split the file' }),
    unreadable: true,
  }
}
