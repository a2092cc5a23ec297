import { isApiError } from '../../api/api-error.ts'
import { Node } from '../../api/kinds/core/node.ts'
import { Pod } from '../../api/kinds/core/pod.ts'
import { Service } from '../../api/kinds/core/service.ts'
import { EndpointSlice } from '../../api/kinds/discovery/endpoint-slice.ts'
import type { DeepReadonly, ObjectKey } from '../../api/object.ts'
import type { Client, NewObject } from '../../client/client.ts'
import { objectKeyOf } from '../../client/object-key.ts'
import { defineController, settled } from '../../control/controller.ts'
import { getIfPresent } from '../../control/get-if-present.ts'
import { ignoreGone } from '../../control/ignore-gone.ts'
import { isNamespaceTerminating } from '../../control/namespace-terminating.ts'
import { controllerReference } from '../../control/owner.ts'
import { labelsMatch } from '../labels-match.ts'
import type { ServiceView } from './endpoints.ts'
import type { EndpointSlicePlan } from './plan.ts'
import { MANAGED_BY_LABEL, MANAGER, planEndpointSlices, SERVICE_NAME_LABEL } from './plan.ts'

const ZONE_LABEL = 'topology.kubernetes.io/zone'

/** Keeps the slices of every service that has a selector. Writes: those slices. */
export const endpointSliceController = defineController({
  name: 'endpointslice-controller',
  kind: Service,
  owns: [EndpointSlice],
  watches: [{ kind: Pod, keys: selectingServices }],
  concurrency: 8,
  async reconcile(key, { client, recordEvent }) {
    const service = await getIfPresent(client, Service, key)
    if (service === undefined || service.metadata.deletionTimestamp !== undefined || !hasSelector(service))
      return settled
    const plan = await planFor(service, key, client)
    try {
      await applySlices(service, plan, client)
    } catch (error) {
      if (isNamespaceTerminating(error)) return settled
      if (!isApiError(error, 'Conflict')) {
        const message = `Error updating Endpoint Slices for Service ${key.namespace}/${key.name}: ${String(error)}`
        recordEvent(service, 'Warning', 'FailedToUpdateEndpointSlices', message)
      }
      throw error
    }
    return settled
  },
})

/** Slices of services without one are somebody else's. */
function hasSelector({ spec }: ServiceView): boolean {
  return spec?.type !== 'ExternalName' && Object.keys(spec?.selector ?? {}).length > 0
}

async function planFor(service: ServiceView, key: ObjectKey, client: Client): Promise<EndpointSlicePlan> {
  const namespace = key.namespace ?? ''
  const pods = (await client.list(Pod, { namespace })).items.filter(pod =>
    labelsMatch(service.spec?.selector, pod.metadata.labels),
  )
  const labelSelector = `${SERVICE_NAME_LABEL}=${key.name},${MANAGED_BY_LABEL}=${MANAGER}`
  const slices = await client.list(EndpointSlice, { namespace, labelSelector })
  const zones = await zonesOf(pods, client)
  return planEndpointSlices({ service, pods, zoneOfNode: name => zones.get(name) }, slices.items)
}

async function zonesOf(pods: readonly DeepReadonly<Pod>[], client: Client): Promise<ReadonlyMap<string, string>> {
  const zones = new Map<string, string>()
  for (const name of new Set(pods.map(pod => pod.spec?.nodeName))) {
    const node = name ? await getIfPresent(client, Node, { name }) : undefined
    const zone = node?.metadata.labels?.[ZONE_LABEL]
    if (name && zone !== undefined) zones.set(name, zone)
  }
  return zones
}

/** First what adds, then what takes away: nobody reading meanwhile misses an endpoint. */
async function applySlices(service: ServiceView, plan: EndpointSlicePlan, client: Client): Promise<void> {
  const { namespace, name } = service.metadata
  for (const { addressType, ports, endpoints } of plan.create)
    await client.create(EndpointSlice, {
      apiVersion: 'discovery.k8s.io/v1',
      kind: 'EndpointSlice',
      metadata: {
        generateName: `${name}-`,
        ...(namespace !== undefined && { namespace }),
        labels: plan.labels,
        ownerReferences: [controllerReference(Service, service)],
      },
      addressType,
      endpoints,
      ports,
    } as NewObject<EndpointSlice>)
  for (const { slice, endpoints } of plan.update)
    await client.update(EndpointSlice, { ...slice, metadata: { ...slice.metadata, labels: plan.labels }, endpoints })
  for (const slice of plan.delete) await ignoreGone(() => client.delete(EndpointSlice, objectKeyOf(slice)))
}

async function selectingServices(pod: DeepReadonly<Pod>, client: Client): Promise<readonly ObjectKey[]> {
  const { items } = await client.list(Service, { namespace: pod.metadata.namespace ?? '' })
  const selecting = items.filter(each => hasSelector(each) && labelsMatch(each.spec?.selector, pod.metadata.labels))
  return selecting.map(objectKeyOf)
}
