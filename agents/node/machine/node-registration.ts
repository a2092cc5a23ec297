import { isApiError } from '../../../src/api/api-error.ts'
import { equalJson } from '../../../src/api/equal-json.ts'
import { Node } from '../../../src/api/kinds/core/node.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Client } from '../../../src/client/client.ts'
import { Informer } from '../../../src/client/informer.ts'
import { getIfPresent } from '../../../src/control/get-if-present.ts'
import type { Clock, Timer } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'
import type { Random } from '../../../src/lib/random.ts'
import type { AgentNotes } from './agent-notes.ts'
import type { NodeFacts } from './node-object.ts'
import { hasLabels, nodeAnnotations, nodeLabels, nodeStatus, withLabels } from './node-object.ts'

export interface NodeRegistrationOptions {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly nodeName: string
  readonly facts: () => NodeFacts
  readonly notes: AgentNotes
  /**
   * The live store is another one than before: it is told of the pods that run here. Resolves with the UIDs of those it
   * could not be told of yet.
   */
  readonly onStoreLost: () => Promise<readonly string[]>
}

/** Pressure and the runtime are looked at so often; written only when something differs. */
const LOOK_MS = 20_000
const RETRY_MS = 2_000

/**
 * Keeps this node's own object: makes it when it is missing, and its labels and status as the machine is. Its UID tells
 * whether the live store is the one that this agent knows: another UID means that the store was lost.
 */
export class NodeRegistration {
  readonly #options: NodeRegistrationOptions
  readonly #informer: Informer<Node>
  #timer: Timer | undefined
  #running: Promise<void> | undefined
  #isDirty = false
  #stopped = false
  #waiters: (() => void)[] = []
  #registered = false
  /** What the watch has brought may be of another server. */
  #isUnsure = false

  constructor(options: NodeRegistrationOptions) {
    this.#options = options
    const selection = { fieldSelector: `metadata.name=${options.nodeName}` }
    this.#informer = new Informer({ ...options, kind: Node, selection })
    this.#informer.onChange(() => this.#look())
  }

  start(): void {
    this.#informer.start()
    void this.#informer.synced().then(() => this.#look())
  }

  async stop(): Promise<void> {
    this.#stopped = true
    this.#timer?.cancel()
    this.#informer.stop()
    for (const waiter of this.#waiters) waiter()
    await this.#running
  }

  /** Resolves once the node is known to the server. */
  registered(): Promise<void> {
    return this.#registered ? Promise.resolve() : new Promise(resolve => this.#waiters.push(resolve))
  }

  /** The server is there again, and may be another one: looks at once, without waiting for the watch. */
  serverChanged(): void {
    this.#isUnsure = true
    this.#look()
  }

  /** Asks the server now: is it the one whose node has the UID we know? `unknown` when it does not answer. */
  async isKnownStore(): Promise<'known' | 'other' | 'unknown'> {
    const { client, nodeName, notes } = this.#options
    try {
      const node = await client.get(Node, { name: nodeName }, { consistency: 'latest' })
      return node.metadata.uid === notes.read().nodeUid ? 'known' : 'other'
    } catch (error) {
      return isApiError(error, 'NotFound') ? 'other' : 'unknown'
    }
  }

  #look(): void {
    this.#isDirty = true
    if (this.#stopped || this.#running !== undefined || !(this.#informer.hasSynced || this.#isUnsure)) return
    this.#timer?.cancel()
    this.#running = this.#work()
  }

  async #work(): Promise<void> {
    const { clock, log } = this.#options
    let delayMs = LOOK_MS
    while (this.#isDirty && !this.#stopped) {
      this.#isDirty = false
      try {
        await this.#keep()
        delayMs = LOOK_MS
      } catch (error) {
        if (!isApiError(error, 'Conflict'))
          log.log('warn', 'node not registered, trying again', { error: String(error) })
        delayMs = RETRY_MS
      }
    }
    this.#running = undefined
    if (!this.#stopped) this.#timer = clock.setTimer(delayMs, () => this.#look())
  }

  async #keep(): Promise<void> {
    const { client, facts, clock } = this.#options
    const found = await this.#find()
    if (found !== undefined) await this.#noteStore(found)
    let node = found ?? (await this.#create())
    const known = facts()
    const labels = nodeLabels(known)
    const annotations = nodeAnnotations(known)
    if (!hasLabels(node, labels, annotations)) node = await client.update(Node, withLabels(node, labels, annotations))
    const status = nodeStatus(known, node.status, clock.now())
    if (!equalJson(status, node.status ?? {})) {
      await client.update(Node, { ...node, status } as DeepReadonly<Node>, { subresource: 'status' })
    }
    this.#registered = true
    for (const waiter of this.#waiters.splice(0)) waiter()
  }

  /** What the watch holds counts only while it is the node we know; else the server is asked. */
  async #find(): Promise<DeepReadonly<Node> | undefined> {
    const { client, nodeName, notes } = this.#options
    const seen = this.#informer.get({ name: nodeName })
    if (!this.#isUnsure && seen !== undefined && seen.metadata.uid === notes.read().nodeUid) return seen
    const node = await getIfPresent(client, Node, { name: nodeName }, { consistency: 'latest' })
    this.#isUnsure = false
    return node
  }

  /**
   * A store that has lost this node is told of its pods first: while it has no node, nothing new can be put here in
   * their place.
   */
  async #create(): Promise<DeepReadonly<Node>> {
    const { client, nodeName, facts, notes } = this.#options
    const orphans = notes.read().nodeUid === undefined ? [] : await this.#tellPods()
    const known = facts()
    const metadata = { name: nodeName, labels: nodeLabels(known), annotations: nodeAnnotations(known) }
    const node = await client.create(Node, { apiVersion: 'v1', kind: 'Node', metadata, spec: {} })
    notes.write({ nodeUid: node.metadata.uid!, orphans })
    return node
  }

  /** What is not known to the new store is noted together with it: a crash in between must not make it look removed. */
  async #noteStore(node: DeepReadonly<Node>): Promise<void> {
    const { notes } = this.#options
    const { nodeUid } = notes.read()
    if (nodeUid === node.metadata.uid) return
    const orphans = nodeUid === undefined ? [] : await this.#tellPods()
    notes.write({ nodeUid: node.metadata.uid!, orphans })
  }

  #tellPods(): Promise<readonly string[]> {
    this.#options.log.log('warn', 'the live store is new to this node: registering again what runs here')
    return this.#options.onStoreLost()
  }
}
