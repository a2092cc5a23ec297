/** Spreads a service's endpoints over slices with as few writes as possible. Pure. */

import { equalJson } from '../../api/equal-json.ts'
import type { EndpointSlice } from '../../api/kinds/discovery/endpoint-slice.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { AddressType, EndpointGroup, EndpointView, ObservedService, PortView, ServiceView } from './endpoints.ts'
import { addressTypes, groupEndpoints, isHeadless } from './endpoints.ts'

export type SliceView = DeepReadonly<EndpointSlice>

export const ENDPOINTS_PER_SLICE_MAX = 100
export const SERVICE_NAME_LABEL = 'kubernetes.io/service-name'
export const MANAGED_BY_LABEL = 'endpointslice.kubernetes.io/managed-by'
export const MANAGER = 'endpointslice-controller.k8s.io'
const HEADLESS_LABEL = 'service.kubernetes.io/headless'
const OWN_LABELS: ReadonlySet<string> = new Set([SERVICE_NAME_LABEL, MANAGED_BY_LABEL, HEADLESS_LABEL])

interface NewSlice {
  readonly addressType: AddressType
  readonly ports: readonly PortView[]
  readonly endpoints: readonly EndpointView[]
}

export interface EndpointSlicePlan {
  /** On every slice of the service. */
  readonly labels: Readonly<Record<string, string>>
  readonly create: readonly NewSlice[]
  readonly update: readonly { readonly slice: SliceView; readonly endpoints: readonly EndpointView[] }[]
  readonly delete: readonly SliceView[]
}

/** `slices` are those of the service that this controller manages. */
export function planEndpointSlices(observed: ObservedService, slices: readonly SliceView[]): EndpointSlicePlan {
  const labels = sliceLabels(observed.service)
  const standing = slices.filter(each => each.metadata.deletionTimestamp === undefined)
  const drafts = standing.map(slice => ({ slice, endpoints: [] as EndpointView[] }))
  const create: NewSlice[] = []
  for (const group of groupEndpoints(observed)) create.push(...placeGroup(group, drafts))
  const emptied = drafts.filter(each => each.endpoints.length === 0)
  // A service without endpoints has one empty slice: it says "none", where no slice would say "not known yet".
  const isAllEmpty = create.length === 0 && emptied.length === drafts.length
  const [addressType = 'IPv4'] = addressTypes(observed.service)
  const keptEmpty = isAllEmpty ? emptied.find(each => each.slice.addressType === addressType) : undefined
  if (isAllEmpty && keptEmpty === undefined) create.push({ addressType, ports: [], endpoints: [] })
  const kept = drafts.filter(each => each.endpoints.length > 0 || each === keptEmpty)
  return {
    labels,
    create,
    update: kept.filter(each => hasChanged(each, labels)),
    delete: emptied.filter(each => each !== keptEmpty).map(each => each.slice),
  }
}

interface SliceDraft {
  readonly slice: SliceView
  readonly endpoints: EndpointView[]
}

/** What stands somewhere stays there; the rest fills gaps, changed slices first, and then new slices. */
function placeGroup(group: EndpointGroup, drafts: readonly SliceDraft[]): readonly NewSlice[] {
  const fitting = drafts.filter(
    ({ slice }) => slice.addressType === group.addressType && equalJson(slice.ports ?? [], group.ports),
  )
  const left = new Map(group.endpoints.map(each => [identity(each), each]))
  for (const { slice, endpoints } of fitting)
    for (const present of slice.endpoints ?? []) {
      const wanted = left.get(identity(present))
      if (wanted === undefined) continue
      left.delete(identity(present))
      endpoints.push(wanted)
    }
  const rest = [...left.values()]
  for (const draft of [...fitting].sort(changedFirst))
    while (rest.length > 0 && draft.endpoints.length < ENDPOINTS_PER_SLICE_MAX) draft.endpoints.push(rest.shift()!)
  const { addressType, ports } = group
  const created: NewSlice[] = []
  for (let start = 0; start < rest.length; start += ENDPOINTS_PER_SLICE_MAX)
    created.push({ addressType, ports, endpoints: rest.slice(start, start + ENDPOINTS_PER_SLICE_MAX) })
  return created
}

function changedFirst(left: SliceDraft, right: SliceDraft): number {
  return Number(isUntouched(left)) - Number(isUntouched(right))
}

function isUntouched({ slice, endpoints }: SliceDraft): boolean {
  return equalJson(slice.endpoints ?? [], endpoints)
}

function identity(endpoint: EndpointView): string {
  return endpoint.targetRef?.uid ?? endpoint.addresses.join()
}

function hasChanged(draft: SliceDraft, labels: Readonly<Record<string, string>>): boolean {
  return !isUntouched(draft) || !equalJson(draft.slice.metadata.labels ?? {}, labels)
}

/** Labels of the service are copied, so that slices can be selected like it. */
function sliceLabels(service: ServiceView): Readonly<Record<string, string>> {
  const copied = Object.entries(service.metadata.labels ?? {}).filter(([key]) => !OWN_LABELS.has(key))
  return {
    ...Object.fromEntries(copied),
    [SERVICE_NAME_LABEL]: service.metadata.name,
    [MANAGED_BY_LABEL]: MANAGER,
    ...(isHeadless(service) && { [HEADLESS_LABEL]: '' }),
  }
}
