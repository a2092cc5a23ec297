import { doHostPortsCollide } from '../host-ports.ts'
import type { Filter } from './filter.ts'
import { passes } from './filter.ts'

/** Two pods cannot have the same port of one node. */
export const hostPortsFilter: Filter = {
  name: 'NodePorts',
  unblockedBy: ['node-added', 'pod-removed'],
  prepare: ({ hostPorts }) => {
    if (hostPorts.length === 0) return () => passes
    return node => {
      for (const other of node.pods.values())
        if (other.hostPorts.some(taken => hostPorts.some(wanted => doHostPortsCollide(taken, wanted))))
          return ["node(s) didn't have free ports for the requested pod ports"]
      return passes
    }
  },
}
