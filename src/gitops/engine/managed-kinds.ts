import { equalJson } from '../../api/equal-json.ts'
import type { Kind } from '../../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import type { InformerChange } from '../../client/informer.ts'
import { Informer } from '../../client/informer.ts'
import { appliedFields } from '../apply/owned-fields.ts'
import { refKey, refOf } from '../object/object-ref.ts'
import { diffObjects } from '../plan/diff-fields.ts'
import type { LiveApplication } from './application-object.ts'
import type { SyncContext } from './sync-context.ts'

/** Kinds watched at the same time; a repository with more is looked after by the resync alone. */
const KINDS_MAX = 500

/** Watches every kind that some application has in its inventory, and says which application an event concerns. */
export class ManagedKinds {
  readonly #context: SyncContext
  readonly #concerns: (application: string, mayBeDrift: boolean) => void
  readonly #informers = new Map<string, Informer<KubeObject>>()

  constructor(context: SyncContext, concerns: (application: string, mayBeDrift: boolean) => void) {
    this.#context = context
    this.#concerns = concerns
  }

  sawApplication({ status }: LiveApplication): void {
    for (const { apiVersion, kind } of status?.inventory ?? []) {
      const id = `${apiVersion} ${kind}`
      if (this.#informers.has(id) || this.#informers.size >= KINDS_MAX) continue
      const served = this.#context.client.kinds.byKind(apiVersion, kind)
      if (served !== undefined) this.#watch(id, served.kind)
    }
  }

  stop(): void {
    for (const informer of this.#informers.values()) informer.stop()
  }

  #watch(id: string, kind: Kind): void {
    const { client, clock, random, log } = this.#context
    const informer = new Informer({ client, kind, clock, random, log })
    this.#informers.set(id, informer)
    informer.onChange(change => this.#onChange(change))
    informer.start()
  }

  #onChange(change: InformerChange<KubeObject>): void {
    const owner = this.#context.owners.ownerOf(refKey(refOf(change.object)))
    if (owner !== undefined) this.#concerns(owner, mayBeDrift(change))
  }
}

/** Whether an event changed more than status: the cheap question before the dear one. */
function mayBeDrift({ type, object, previous }: InformerChange<KubeObject>): boolean {
  if (type === 'DELETED') return true
  if (type !== 'MODIFIED' || previous === undefined) return false
  return !sameOwnership(previous, object) || diffObjects(previous, object).length > 0
}

function sameOwnership(a: DeepReadonly<KubeObject>, b: DeepReadonly<KubeObject>): boolean {
  return equalJson(appliedFields(a) ?? null, appliedFields(b) ?? null)
}
