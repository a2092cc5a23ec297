/** What the driver writes on its containers, and finds them by after a restart. */
export const LABELS = {
  /** Which agent's they are: several may use one engine. */
  agent: 'dev.pintle.agent',
  podUid: 'dev.pintle.pod.uid',
  podNamespace: 'dev.pintle.pod.namespace',
  podName: 'dev.pintle.pod.name',
  /** That the agent gave the pod. */
  address: 'dev.pintle.pod.address',
  /** `true` when its containers share a process namespace. */
  sharesProcesses: 'dev.pintle.pod.shares-processes',
  /** Absent on the container that holds the pod's namespaces. */
  container: 'dev.pintle.container',
  attempt: 'dev.pintle.attempt',
} as const
