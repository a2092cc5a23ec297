/**
 * Fields whose real type the models do not say: they call a Quantity `string` and an embedded object `any`.
 * Definition (in every version that has it) -> fields, as in Kubernetes' own Go types.
 */
export const QUANTITY_FIELDS: Readonly<Record<string, readonly string[]>> = {
  CSIStorageCapacity: ['capacity', 'maximumVolumeSize'],
  CapacityRequestPolicy: ['default', 'validValues'],
  CapacityRequestPolicyRange: ['min', 'max', 'step'],
  CapacityRequirements: ['requests'],
  ContainerStatus: ['allocatedResources'],
  Counter: ['value'],
  DeviceCapacity: ['value'],
  DeviceRequestAllocationResult: ['consumedCapacity'],
  EmptyDirVolumeSource: ['sizeLimit'],
  HPAScalingRules: ['tolerance'],
  LimitRangeItem: ['max', 'min', 'default', 'defaultRequest', 'maxLimitRequestRatio'],
  MetricTarget: ['value', 'averageValue'],
  MetricValueStatus: ['value', 'averageValue'],
  NodeAllocatableMappedResources: ['quantity'],
  NodeAllocatableMapping: ['capacityMultiplier', 'deviceMultiplier'],
  NodeAllocatableOverhead: ['perPod', 'perContainer'],
  NodeAllocatableOverheadResources: ['perPod', 'perContainer'],
  NodeAllocatableResourceClaimStatus: ['resources'],
  NodeAllocatableResourceMapping: ['allocationMultiplier'],
  NodeStatus: ['capacity', 'allocatable'],
  Overhead: ['podFixed'],
  PersistentVolumeClaimStatus: ['capacity', 'allocatedResources'],
  PersistentVolumeSpec: ['capacity'],
  PodSpec: ['overhead'],
  PodStatus: ['allocatedResources'],
  ResourceFieldSelector: ['divisor'],
  ResourceQuotaSpec: ['hard'],
  ResourceQuotaStatus: ['hard', 'used'],
  ResourceRequirements: ['limits', 'requests'],
  VolumeResourceRequirements: ['limits', 'requests'],
}

/** Fields that hold a whole object of any kind (RawExtension). */
export const EMBEDDED_FIELDS: Readonly<Record<string, readonly string[]>> = {
  AllocatedDeviceStatus: ['data'],
  ControllerRevision: ['data'],
  OpaqueDeviceConfiguration: ['parameters'],
  WatchEvent: ['object'],
}
