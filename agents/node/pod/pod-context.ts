import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { Service } from '../../../src/api/kinds/core/service.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Client } from '../../../src/client/client.ts'
import type { RecordEvent } from '../../../src/client/event-recorder.ts'
import type { Clock } from '../../../src/lib/clock.ts'
import type { Logger } from '../../../src/lib/log.ts'
import type { Random } from '../../../src/lib/random.ts'
import type { AddressPool } from '../address-pool.ts'
import type { PodPlace } from '../environment/field-value.ts'
import type { NameServers } from '../environment/resolv-conf.ts'
import type { Prober } from '../probes/prober.ts'
import type { RuntimeDriver, RuntimeInfo } from '../runtime-driver.ts'
import type { PodFiles } from '../volumes/pod-files.ts'
import type { ReferencedObjectCache } from '../volumes/referenced-objects.ts'
import type { StartLimit } from './start-limit.ts'

/** What the workers of one node share. */
export interface PodContext {
  readonly client: Client
  readonly clock: Clock
  readonly random: Random
  readonly log: Logger
  readonly driver: RuntimeDriver & HostsFileUpdater
  readonly runtime: RuntimeInfo
  readonly files: PodFiles
  readonly prober: Prober
  readonly references: ReferencedObjectCache
  readonly addresses: AddressPool
  readonly place: Omit<PodPlace, 'podIp'>
  /** Whom pods with a network of their own ask for names. */
  readonly nameServers: NameServers
  readonly startLimit: StartLimit
  /** Every Service of the cluster, complete. */
  readonly services: () => Promise<readonly DeepReadonly<Service>[]>
  readonly recordEvent: RecordEvent
  /** Is this object gone from a server that still is the one we know? `unknown` = ask again later. */
  readonly confirmRemoval: (pod: DeepReadonly<Pod>) => Promise<'removed' | 'exists' | 'unknown'>
  /** Everything of the pod is gone from this node. */
  readonly onPodGone: (uid: string) => void
}

/** A driver may keep the hosts file of running pods current. */
export interface HostsFileUpdater {
  updateHostsFile?(sandboxId: string, content: string): Promise<void>
}
