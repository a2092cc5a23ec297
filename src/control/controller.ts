import type { Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject, ObjectKey } from '../api/object.ts'
import type { Client } from '../client/client.ts'
import type { RecordEvent } from '../client/event-recorder.ts'
import type { Clock } from '../lib/clock.ts'
import type { Logger } from '../lib/log.ts'
import type { Random } from '../lib/random.ts'

/**
 * A level-triggered control loop: `reconcile(key)` gets a name, never an event, reads everything first, decides in a
 * pure plan, applies it, and may be run again at any time with no further effect.
 */
export interface Controller {
  readonly name: string
  /** The kind whose keys are reconciled. */
  readonly kind: Kind
  /** Kinds whose objects lead to the key of their controlling owner (of `kind`). */
  readonly owns: readonly Kind[]
  /** Other kinds, each with its own way from an object to keys. */
  readonly watches: readonly Mapping[]
  /** Keys reconciled at the same time; never the same key twice. */
  readonly concurrency: number
  readonly reconcile: (key: ObjectKey, context: ReconcileContext) => Promise<ReconcileResult>
}

export interface Mapping<T extends KubeObject = KubeObject> {
  readonly kind: Kind<T>
  /** `object` is the state after the event (for a deletion, the last one). */
  readonly keys: (object: DeepReadonly<T>, client: Client) => readonly ObjectKey[] | Promise<readonly ObjectKey[]>
}

export interface ReconcileContext {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly recordEvent: RecordEvent
}

export type ReconcileResult =
  | { readonly type: 'settled' }
  /** Run this key again at that time (ms since the epoch) even if nothing changes. */
  | { readonly type: 'wake'; readonly atMs: number }

export const settled: ReconcileResult = { type: 'settled' }

export function wakeAt(atMs: number): ReconcileResult {
  return { type: 'wake', atMs }
}

/** No retry will help until something changes. Anything else thrown is retried with backoff. */
export class TerminalError extends Error {
  override readonly name = 'TerminalError'
}

interface ControllerDefinition<T extends KubeObject> {
  readonly name: string
  readonly kind: Kind<T>
  readonly owns?: readonly Kind<never>[]
  readonly watches?: readonly Mapping<never>[]
  readonly concurrency?: number
  readonly reconcile: Controller['reconcile']
}

export function defineController<T extends KubeObject>(definition: ControllerDefinition<T>): Controller {
  return {
    name: definition.name,
    kind: definition.kind as unknown as Kind,
    owns: (definition.owns ?? []) as readonly unknown[] as readonly Kind[],
    watches: (definition.watches ?? []) as readonly unknown[] as readonly Mapping[],
    concurrency: definition.concurrency ?? 4,
    reconcile: definition.reconcile,
  }
}
