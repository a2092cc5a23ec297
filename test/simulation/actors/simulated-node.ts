import { FakeMachineFacts } from '../../../agents/node/machine/fake-machine-facts.ts'
import { LeaseHeartbeat } from '../../../agents/node/machine/lease-heartbeat.ts'
import { NodeAgent } from '../../../agents/node/node-agent.ts'
import { FakeProber } from '../../../agents/node/probes/fake-prober.ts'
import type { Identity } from '../../../src/client/client.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { faultyDriver } from '../world/faulty-driver.ts'
import type { Part, SimulatedCluster } from '../world/simulated-cluster.ts'

/** Small enough that the scheduler must count: a few pods of the manifests' size. */
const CPU_COUNT = 1

/** The real node agent on a machine that only seems to run containers. */
export function simulatedNode(cluster: SimulatedCluster, nodeName: string): Part {
  const machine = cluster.addMachine(nodeName)
  const identity: Identity = { user: `system:node:${nodeName}`, groups: ['system:nodes', 'system:authenticated'] }
  const address = `192.0.2.${cluster.machines.length}`
  return {
    name: nodeName,
    isInsideServer: false,
    start(life) {
      const client = cluster.clientFor(life, identity)
      const driver = faultyDriver(machine, life, () => cluster.faults.engine)
      const shared = { client, clock: life.clock, random: life.random, log: silentLogger, nodeName }
      const agent = new NodeAgent({
        ...shared,
        driver,
        files: machine.files,
        prober: new FakeProber(driver),
        machine: new FakeMachineFacts(nodeName, address, { cpuCount: CPU_COUNT }),
        notes: machine.notes,
        heartbeat: new LeaseHeartbeat(shared),
        podCidr: `10.244.${cluster.machines.indexOf(machine)}.0/24`,
        version: 'v1.36.0+pintle',
      })
      return agent.start()
    },
  }
}
