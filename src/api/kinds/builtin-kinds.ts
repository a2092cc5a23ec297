import type { Kind } from '../kind.ts'
import { Deployment } from './apps/deployment.ts'
import { ReplicaSet } from './apps/replica-set.ts'
import { Lease } from './coordination/lease.ts'
import { ConfigMap } from './core/config-map.ts'
import { Event } from './core/event.ts'
import { Namespace } from './core/namespace.ts'
import { Node } from './core/node.ts'
import { Pod } from './core/pod.ts'
import { Secret } from './core/secret.ts'
import { Service } from './core/service.ts'
import { ServiceAccount } from './core/service-account.ts'
import { EndpointSlice } from './discovery/endpoint-slice.ts'

/** Kinds that Kubernetes has and this server serves; our own (`kinds/gitops`) are added beside them. */
export const builtinKinds: readonly Kind[] = [
  Namespace,
  Node,
  Pod,
  ConfigMap,
  Secret,
  ServiceAccount,
  Service,
  Event,
  Deployment,
  ReplicaSet,
  EndpointSlice,
  Lease,
]
