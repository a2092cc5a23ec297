/**
 * How the process driver separates containers from the machine, by what the machine permits:
 * - `overlay` (root): a writable layer over `/` in a private mount namespace, PID, IPC, UTS and network namespaces.
 * - `user-namespace` (no root): a root of its own made of binds, PID, IPC and UTS namespaces; the machine's network.
 * - `plain` (neither): a process like any other; nothing can be mounted.
 */
export type IsolationMode = 'overlay' | 'user-namespace' | 'plain'

export interface Isolation {
  readonly mode: IsolationMode
  /** Where `overlay` keeps what a container writes: beside its logs, or in memory when that file system cannot. */
  readonly layer: 'disk' | 'memory'
  /** A network namespace and a routed address per pod. Only with `overlay`. */
  readonly podNetwork: boolean
  /** `setpriv` is there: capabilities are dropped, users and groups changed. */
  readonly setpriv: boolean
  /** One sentence for the Node's status. */
  readonly description: string
}
