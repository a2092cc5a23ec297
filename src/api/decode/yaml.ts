import { type Document, parseAllDocuments } from 'yaml'
import type { Json } from '../object.ts'
import { DecodeError, placeOf } from './decode-error.ts'
import { decodeText } from './decode-text.ts'
import type { FieldPath } from './field-path.ts'
import { type DecodedJson, parseJsonText } from './json.ts'
import type { DecodeLimits } from './limits.ts'
import { checkYamlBounds, tooDeep, tooManyDocuments } from './yaml-bounds.ts'
import { type BuiltYaml, lineOfPath, YamlBuilder } from './yaml-builder.ts'

export interface YamlDocument extends DecodedJson {
  /** Where the document's content starts, from 1. */
  readonly line: number
  /** Which document of the text it is, from 0; ones that hold nothing count. */
  readonly index: number
  /** Line of the value at a path (of its nearest parent that stands in the text), from 1; for errors: it parses again. */
  lineOf(path: FieldPath): number
}

/**
 * The documents of a YAML text (YAML 1.2 with the scalars of `yaml-scalar.ts`, anchors, aliases and `<<` merges); ones
 * that hold nothing are left out. A text that starts with `{` is read as JSON when it is JSON. Throws DecodeError with
 * line and column.
 */
export function parseYamlDocuments(bytes: Uint8Array, limits: DecodeLimits): readonly YamlDocument[] {
  const text = decodeText(bytes, limits.bytesMax)
  const json = tryJson(text, limits)
  if (json !== undefined) return [located(text, limits, 0, placeOf(text, text.indexOf('{')).line, json)]
  refuseControlCharacters(text)
  checkYamlBounds(text, limits)
  const documents: YamlDocument[] = []
  const spent = { values: 0, characters: 0 }
  for (const [index, document] of compose(text, limits).entries()) {
    const built = new YamlBuilder(text, limits, spent).build(document)
    if (built.value !== null) documents.push(locatedYaml(text, limits, index, document, built))
  }
  return documents
}

function tryJson(text: string, limits: DecodeLimits): DecodedJson | undefined {
  if (!/^\s*\{/.test(text)) return undefined
  try {
    return parseJsonText(text, limits)
  } catch (error) {
    // It may still be a YAML flow mapping, or JSON documents with separators between them.
    if (error instanceof DecodeError && error.kind === 'wrong') return undefined
    throw error
  }
}

function refuseControlCharacters(text: string): void {
  const index = text.search(/[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/)
  if (index < 0) return
  const code = text.charCodeAt(index).toString(16).padStart(4, '0')
  throw new DecodeError(`the control character U+${code} is not allowed in YAML`, placeOf(text, index))
}

function compose(text: string, limits: DecodeLimits): readonly Document.Parsed[] {
  const documents = parseAll(text)
  if (documents.length > limits.documentsMax + 1) throw tooManyDocuments(limits)
  for (const { errors } of documents) {
    const [error] = errors
    if (error === undefined) continue
    if (error.code === 'RESOURCE_EXHAUSTION') throw tooDeep(limits, text, error.pos[0])
    throw new DecodeError(withoutQuotes(error.message), placeOf(text, error.pos[0]))
  }
  return documents
}

/** The library's words without what they quote of the text: that may be a part of a Secret. */
function withoutQuotes(message: string): string {
  if (message.startsWith('Not a YAML token')) return 'text that belongs to nothing: is it indented as it should be?'
  return message.replace(/^(Unresolved (?:tag|alias)|Unexpected .* in YAML stream|Invalid escape sequence)\b.*$/s, '$1')
}

function parseAll(text: string): readonly Document.Parsed[] {
  const options = { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' } as const
  const documents = parseAllDocuments(text, options)
  return 'empty' in documents ? [] : documents
}

function locatedYaml(text: string, limits: DecodeLimits, index: number, document: Document.Parsed, built: BuiltYaml) {
  const start = document.contents?.range[0] ?? document.range[0]
  return located(text, limits, index, placeOf(text, start).line, built)
}

/** Line of the value at a path of one document of a text that was parsed before; for errors: it parses again. */
export function lineInYaml(bytes: Uint8Array, limits: DecodeLimits, index: number, path: FieldPath): number {
  const text = decodeText(bytes, limits.bytesMax)
  return lineOfPath(text, compose(text, limits)[index], path)
}

/** Keeps the text, not the syntax tree: lines are asked for when something is wrong, which is rare. */
function located(
  text: string,
  limits: DecodeLimits,
  index: number,
  line: number,
  { value, duplicateFields }: { readonly value: Json; readonly duplicateFields: readonly string[] },
): YamlDocument {
  return { value, duplicateFields, line, index, lineOf: path => lineOfPath(text, compose(text, limits)[index], path) }
}
