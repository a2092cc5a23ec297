import type { EndpointAddress, WantedListener } from './plan.ts'

const REMEMBERED_CLIENTS_MAX = 10_000

/** Chooses endpoints in turn, or the one a client had before where the Service asks for that. */
export class EndpointPicker {
  #endpoints: readonly EndpointAddress[]
  #affinityMs: number | undefined
  #turn = 0
  readonly #lastOf = new Map<string, { readonly endpoint: EndpointAddress; readonly untilMs: number }>()

  constructor(wanted: WantedListener) {
    this.#endpoints = wanted.endpoints
    this.#affinityMs = wanted.affinityMs
  }

  update(wanted: WantedListener): void {
    this.#endpoints = wanted.endpoints
    this.#affinityMs = wanted.affinityMs
    if (wanted.affinityMs === undefined) this.#lastOf.clear()
  }

  /** All endpoints in the order in which this client should try them. */
  candidates(client: string, nowMs: number): readonly EndpointAddress[] {
    const count = this.#endpoints.length
    if (count === 0) return []
    const start = this.#turn++ % count
    const inTurn = [...this.#endpoints.slice(start), ...this.#endpoints.slice(0, start)]
    const last = this.#lastOf.get(client)
    if (this.#affinityMs === undefined || last === undefined || last.untilMs < nowMs) return inTurn
    const isLast = (each: EndpointAddress) => each.address === last.endpoint.address && each.port === last.endpoint.port
    return inTurn.some(isLast) ? [last.endpoint, ...inTurn.filter(each => !isLast(each))] : inTurn
  }

  /** The client got this endpoint. */
  chose(client: string, endpoint: EndpointAddress, nowMs: number): void {
    if (this.#affinityMs === undefined) return
    this.#lastOf.delete(client)
    this.#lastOf.set(client, { endpoint, untilMs: nowMs + this.#affinityMs })
    if (this.#lastOf.size > REMEMBERED_CLIENTS_MAX) this.#lastOf.delete(this.#lastOf.keys().next().value!)
  }
}
