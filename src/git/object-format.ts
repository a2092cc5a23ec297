import { isUtf8 } from 'node:buffer'
import { createHash } from 'node:crypto'
import type { Commit, NewCommit, ObjectId, Signature, TreeEntry } from './git-repository.ts'
import { GitError } from './git-repository.ts'

/**
 * Git's object format (gitformat-*, `git help hash-object`): ids, trees and commits as bytes. Synchronous, so that the
 * simulator's repository has real ids in a fixed order; the repository on disk uses the same code.
 */
export type ObjectType = 'blob' | 'tree' | 'commit' | 'tag'

export interface GitObject {
  readonly type: ObjectType
  readonly content: Uint8Array
}

/** Larger ones are not read: no person and no tool of ours makes such. */
export const COMMIT_BYTES_MAX = 1024 * 1024
export const TREE_BYTES_MAX = 16 * 1024 * 1024

export const OBJECT_ID_PATTERN = /^[0-9a-f]{40}$/

/** SHA-1 over `<type> <length>\0<content>`. */
export function hashObject({ type, content }: GitObject): ObjectId {
  return createHash('sha1').update(`${type} ${content.length}\0`).update(content).digest('hex')
}

/** Entries in any order; refuses names that Git's own fsck would refuse. */
export function encodeTree(entries: readonly TreeEntry[]): Uint8Array {
  const sorted = entries.map(entry => ({ entry, name: encodeName(entry.name) })).sort(compareInTree)
  const parts: Uint8Array[] = []
  sorted.forEach(({ entry, name }, index) => {
    checkTreeEntry(entry)
    if (index > 0 && name.equals(sorted[index - 1]!.name)) {
      throw new GitError('invalid', `a tree cannot hold two entries named "${entry.name}"`)
    }
    parts.push(Buffer.from(`${entry.mode.replace(/^0/, '')} `), name, NUL, Buffer.from(entry.id, 'hex'))
  })
  return Buffer.concat(parts)
}

const NUL = Buffer.from([0])
const SLASH = Buffer.from('/')

/** Git orders a directory as if its name ended in a slash. */
function compareInTree(a: NamedEntry, b: NamedEntry): number {
  return Buffer.compare(orderKey(a), orderKey(b))
}

interface NamedEntry {
  readonly entry: TreeEntry
  readonly name: Buffer
}

function orderKey({ entry, name }: NamedEntry): Buffer {
  return entry.mode === '040000' ? Buffer.concat([name, SLASH]) : name
}

function checkTreeEntry({ name, id }: TreeEntry): void {
  if (!isTreeEntryName(name)) throw new GitError('invalid', `"${name}" cannot be the name of a file in Git`)
  if (!OBJECT_ID_PATTERN.test(id)) throw new GitError('invalid', `"${id}" is not an object id`)
}

/** False for what no checkout can hold: empty, `.`, `..`, `.git` in any case, a slash or a NUL. */
export function isTreeEntryName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !/[/\0]/.test(name) && name.toLowerCase() !== '.git'
}

export function decodeTree(id: ObjectId, content: Uint8Array): readonly TreeEntry[] {
  const bytes = asBuffer(content)
  const entries: TreeEntry[] = []
  for (let at = 0; at < bytes.length; ) {
    const space = bytes.indexOf(0x20, at)
    const nul = bytes.indexOf(0, space + 1)
    if (space < 0 || nul < 0 || nul + 21 > bytes.length) throw new GitError('corrupt', `tree ${id} is damaged`)
    const mode = treeMode(bytes.toString('latin1', at, space))
    if (mode === undefined) throw new GitError('corrupt', `tree ${id} has an entry of unknown mode`)
    const name = decodeName(bytes.subarray(space + 1, nul))
    entries.push({ mode, name, id: bytes.toString('hex', nul + 1, nul + 21) })
    at = nul + 21
  }
  return entries
}

/** Old writers left other permission bits behind; only "executable or not" means something. */
function treeMode(text: string): TreeEntry['mode'] | undefined {
  if (text === '40000' || text === '040000') return '040000'
  if (text === '120000' || text === '160000') return text
  if (/^100[0-7]{3}$/.test(text)) return Number.parseInt(text, 8) & 0o100 ? '100755' : '100644'
  return undefined
}

/**
 * File names are bytes. One that is not UTF-8 keeps each byte over 0x7f as a lone surrogate U+DC80..U+DCFF, so that
 * rewriting its tree loses nothing.
 */
function decodeName(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8')
  return Array.from(bytes, byte => String.fromCharCode(byte < 0x80 ? byte : 0xdc00 + byte)).join('')
}

function encodeName(name: string): Buffer {
  if (name.isWellFormed()) return Buffer.from(name, 'utf8')
  return Buffer.concat(
    Array.from(name, char => {
      const code = char.charCodeAt(0)
      return char.length === 1 && code >= 0xdc80 && code <= 0xdcff ? Buffer.from([code - 0xdc00]) : Buffer.from(char)
    }),
  )
}

/** A message that does not end in a newline gets one. */
export function encodeCommit(commit: NewCommit): Uint8Array {
  for (const id of [commit.tree, ...commit.parents]) {
    if (!OBJECT_ID_PATTERN.test(id)) throw new GitError('invalid', `"${id}" is not an object id`)
  }
  const lines = [
    `tree ${commit.tree}`,
    ...commit.parents.map(parent => `parent ${parent}`),
    `author ${formatSignature(commit.author)}`,
    `committer ${formatSignature(commit.committer ?? commit.author)}`,
  ]
  const message = commit.message.replaceAll('\0', '')
  return Buffer.from(`${lines.join('\n')}\n\n${message.endsWith('\n') ? message : `${message}\n`}`)
}

function formatSignature({ name, email, timestamp, offsetMinutes }: Signature): string {
  const absolute = Math.abs(offsetMinutes)
  const zone = `${pad(Math.floor(absolute / 60))}${pad(absolute % 60)}`
  return `${cleanName(name) || 'unknown'} <${cleanName(email)}> ${Math.max(0, Math.floor(timestamp))} ${offsetMinutes < 0 ? '-' : '+'}${zone}`
}

const pad = (value: number) => String(value).padStart(2, '0')

/** What would end the name or the line early cannot be in it; Git trims the same marks at the ends. */
function cleanName(text: string): string {
  return text.replace(/[<>\n\r\0]+/g, ' ').replace(/^[\s.,:;"'\\]+|[\s.,:;"'\\]+$/g, '')
}

export function decodeCommit(id: ObjectId, content: Uint8Array): Commit {
  const bytes = asBuffer(content)
  const end = bytes.indexOf('\n\n')
  const header = bytes.toString('utf8', 0, end < 0 ? bytes.length : end)
  const fields = header.split('\n')
  const only = (name: string) => fields.find(line => line.startsWith(`${name} `))?.slice(name.length + 1)
  const tree = only('tree')
  if (tree === undefined || !OBJECT_ID_PATTERN.test(tree)) throw new GitError('corrupt', `commit ${id} is damaged`)
  const latin = /^(iso-?8859-?1|latin-?1)$/i.test(only('encoding') ?? '')
  return {
    id,
    tree,
    parents: fields.filter(line => line.startsWith('parent ')).map(line => line.slice(7)),
    author: parseSignature(only('author') ?? ''),
    committer: parseSignature(only('committer') ?? ''),
    message: end < 0 ? '' : bytes.toString(latin ? 'latin1' : 'utf8', end + 2),
  }
}

/** What cannot be read becomes 0 or empty: a strange date never makes a commit unreadable. */
function parseSignature(text: string): Signature {
  const match = /^(.*?) ?<([^>]*)>(?: (-?\d{1,15}) ([+-])(\d{2})(\d{2}))?/.exec(text)
  if (match === null) return { name: text, email: '', timestamp: 0, offsetMinutes: 0 }
  const minutes = Number(match[5] ?? 0) * 60 + Number(match[6] ?? 0)
  return {
    name: match[1]!,
    email: match[2]!,
    timestamp: Number(match[3] ?? 0),
    offsetMinutes: match[4] === '-' && minutes !== 0 ? -minutes : minutes,
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
