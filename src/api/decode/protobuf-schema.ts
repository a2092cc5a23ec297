import { PROTOBUF_MESSAGES } from './protobuf-messages.ts'

/** A message's fields by number. */
export type ProtobufMessage = ReadonlyMap<number, ProtobufField>

export interface ProtobufField {
  /** In JSON. */
  readonly name: string
  readonly type: ProtobufType
  readonly repeated: 'no' | 'list' | 'map'
  /** Its members stand in the parent. */
  readonly inline: boolean
  /** Zero is a value (Go: a pointer); else a zero on the wire stands for nothing. */
  readonly keepsZero: boolean
}

/** One of the letters of `protobuf-messages.ts`, or `@` and a message's name. */
type ProtobufType = 's' | 'i' | 'b' | 'y' | 'q' | 't' | 'u' | 'x' | 'j' | 'w' | `@${string}`

let lines: ReadonlyMap<string, string> | undefined
const messages = new Map<string, ProtobufMessage>()

/** By short name, e.g. `core.v1.Pod`; parsed on first use. Undefined when there is none. */
export function protobufMessage(name: string): ProtobufMessage | undefined {
  let message = messages.get(name)
  if (message === undefined) {
    lines ??= indexLines()
    const line = lines.get(name)
    if (line === undefined) return undefined
    message = new Map(line.split(' ').filter(Boolean).map(parseField))
    messages.set(name, message)
  }
  return message
}

/** The short name of the message of a kind; undefined when none is known. Options are served in every group. */
export function protobufMessageName(apiVersion: string, kind: string): string | undefined {
  const [group, version] = apiVersion.includes('/') ? apiVersion.split('/') : ['core', apiVersion]
  const [label] = group!.split('.')
  if (group !== label && !group!.endsWith('.k8s.io')) return undefined
  return [`${label}.${version}.${kind}`, `meta.v1.${kind}`].find(name => protobufMessage(name) !== undefined)
}

function indexLines(): ReadonlyMap<string, string> {
  const index = new Map<string, string>()
  for (const line of PROTOBUF_MESSAGES.trim().split('\n')) {
    const space = line.indexOf(' ')
    if (space < 0) index.set(line, '')
    else index.set(line.slice(0, space), line.slice(space + 1))
  }
  return index
}

const FIELD = /^(!?)(\w+):(\d+)([[{]?)([^*]+)(\*?)$/

function parseField(word: string): [number, ProtobufField] {
  const [, inline, name, number, repeated, type, keepsZero] = FIELD.exec(word)!
  const field: ProtobufField = {
    name: name!,
    type: type as ProtobufType,
    repeated: repeated === '[' ? 'list' : repeated === '{' ? 'map' : 'no',
    inline: inline === '!',
    keepsZero: keepsZero === '*',
  }
  return [Number(number), field]
}
