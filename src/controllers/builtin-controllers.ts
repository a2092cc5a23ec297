import type { Controller } from '../control/controller.ts'
import type { Loop } from '../control/loop.ts'
import { deploymentController } from './deployment/controller.ts'
import { endpointSliceController } from './endpointslices/controller.ts'
import type { GarbageCollectorOptions } from './garbage-collector/garbage-collector.ts'
import { garbageCollector } from './garbage-collector/garbage-collector.ts'
import { namespaceController } from './namespace/controller.ts'
import { nodeLifecycleController } from './node-lifecycle/controller.ts'
import type { PodGarbageCollectorOptions } from './pod-garbage-collector/controller.ts'
import { podGarbageCollector } from './pod-garbage-collector/controller.ts'
import { replicaSetController } from './replicaset/controller.ts'
import { rootCaController } from './root-ca/controller.ts'
import { serviceAccountController } from './service-account/controller.ts'

export interface BuiltinControllersOptions extends GarbageCollectorOptions, PodGarbageCollectorOptions {
  /** PEM text of the certificate authority that pods are to trust; without it `kube-root-ca.crt` is not published. */
  readonly rootCa?: string
}

/** Every controller that a server runs, for `startControllers`. Make them anew for each start: some remember. */
export function builtinControllers(options: BuiltinControllersOptions = {}): readonly (Controller | Loop)[] {
  return [
    namespaceController,
    garbageCollector(options),
    replicaSetController,
    deploymentController,
    endpointSliceController,
    nodeLifecycleController(),
    podGarbageCollector(options),
    serviceAccountController,
    ...(options.rootCa === undefined ? [] : [rootCaController(options.rootCa)]),
  ]
}
