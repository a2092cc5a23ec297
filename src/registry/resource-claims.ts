import { conflict } from '../api/api-error.ts'
import type { Kind } from '../api/kind.ts'
import type { Service } from '../api/kinds/core/service.ts'
import type { KubeObject } from '../api/object.ts'
import type { Ipv4Range } from './ipv4-range.ts'
import type { KeyValues } from './key-values.ts'
import { allocateService, alreadyAllocated, type PortRange } from './service-allocation.ts'
import { claimKey, storeKey } from './store-key.ts'
import { isServiceKind } from './well-known-kinds.ts'

export interface ResourceClaimsOptions {
  readonly held: KeyValues
  readonly clusterIps: Ipv4Range
  readonly nodePorts: PortRange
}

export interface Reservation {
  release(): void
}

const NOTHING_RESERVED: Reservation = { release: () => {} }

/**
 * Unique keys that objects hold while they exist. What is free is looked up in memory; that it still is when the write
 * commits is a compare of its transaction, and a write that loses it runs again and meets the other one's claim here.
 */
export class ResourceClaims {
  readonly #options: ResourceClaimsOptions
  /** Of writes of this process that are under way. */
  readonly #reserved = new Set<string>()

  constructor(options: ResourceClaimsOptions) {
    this.#options = options
  }

  of(kind: Kind, object: Readonly<KubeObject>): readonly string[] {
    return kind.strategy.claims?.(object as KubeObject) ?? []
  }

  /**
   * Fills in what the server chooses. Throws when something that was asked for is held by another object. Until the
   * reservation is released, nothing that this object would hold is chosen for another one.
   */
  allocate(kind: Kind, draft: KubeObject, current: Readonly<KubeObject> | undefined): Reservation {
    const own = storeKey(kind, draft.metadata)
    this.#refuseHeld(kind, draft, own)
    if (!isServiceKind(kind)) return NOTHING_RESERVED
    const isClaimed = (claim: string) => this.#reserved.has(claim) || this.#isHeldByAnother(claim, own)
    const { clusterIps, nodePorts } = this.#options
    const ranges = { clusterIps, nodePorts, isClaimed }
    allocateService(draft as Service, ranges, current as Service | undefined)
    return this.#reserve(this.of(kind, draft).filter(claim => !this.#reserved.has(claim)))
  }

  #reserve(claims: readonly string[]): Reservation {
    for (const claim of claims) this.#reserved.add(claim)
    return {
      release: () => {
        for (const claim of claims) this.#reserved.delete(claim)
      },
    }
  }

  #refuseHeld(kind: Kind, draft: KubeObject, own: string): void {
    const taken = this.of(kind, draft).filter(claim => this.#isHeldByAnother(claim, own))
    if (taken.length === 0) return
    if (isServiceKind(kind)) throw alreadyAllocated(draft as Service, taken)
    throw conflict(kind.group, kind.plural, draft.metadata.name, `${taken.join(', ')} is held by another object`)
  }

  #isHeldByAnother(claim: string, own: string): boolean {
    const holder = this.#options.held.get(claimKey(claim))?.text
    return holder !== undefined && holder !== own
  }
}
