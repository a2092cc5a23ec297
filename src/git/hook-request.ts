import { resolve } from 'node:path'
import { OBJECT_ID_PATTERN } from './object-format.ts'
import type { Push, PushedRef } from './push-gate.ts'
import type { Quarantine } from './quarantine-view.ts'

/**
 * What a hook asks over `pintle.sock`: one JSON line. The answer is JSON lines: `{"line": "..."}` for each line to print,
 * then one `{"accepted": true|false}`.
 */
export interface HookRequest {
  readonly hook: 'pre-receive' | 'post-receive'
  readonly push: Push
  readonly quarantine?: Quarantine
}

const HOOK_PROTOCOL_VERSION = 1

/** Rejects with a sentence for the pusher. */
export function parseHookRequest(line: string, repositoryPath: string): HookRequest {
  const message: unknown = JSON.parse(line)
  if (!isRecord(message) || message['version'] !== HOOK_PROTOCOL_VERSION) {
    throw new TypeError('the hook and the running Pintle are of different versions; restart Pintle')
  }
  const { hook, pusher, updates, options, quarantine } = message
  if (hook !== 'pre-receive' && hook !== 'post-receive') throw new TypeError('the hook sent an unknown request')
  if (typeof pusher !== 'string' || pusher === '' || !Array.isArray(updates) || !isStrings(options)) {
    throw new TypeError('the hook sent an incomplete request')
  }
  const push = { pusher, updates: updates.map(parseUpdate), options }
  return quarantine === undefined
    ? { hook, push }
    : { hook, push, quarantine: parseQuarantine(quarantine, repositoryPath) }
}

function parseUpdate(update: unknown): PushedRef {
  if (!isRecord(update) || typeof update['ref'] !== 'string') throw new TypeError('the hook sent an incomplete update')
  return { ref: update['ref'], old: parseId(update['old']), new: parseId(update['new']) }
}

function parseId(id: unknown): string | undefined {
  if (id === undefined) return undefined
  if (typeof id !== 'string' || !OBJECT_ID_PATTERN.test(id)) throw new TypeError('the hook sent a malformed object id')
  return id
}

/** Only a folder of this very repository: the engine reads no other objects for anybody. */
function parseQuarantine(quarantine: unknown, repositoryPath: string): Quarantine {
  const path = isRecord(quarantine) ? quarantine['objectDirectory'] : undefined
  const objectDirectory = typeof path === 'string' ? resolve(repositoryPath, path) : ''
  if (!objectDirectory.startsWith(`${repositoryPath}/objects/`)) {
    throw new TypeError('the pushed objects are not in this repository')
  }
  return { objectDirectory }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStrings(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(item => typeof item === 'string')
}
