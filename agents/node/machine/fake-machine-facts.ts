import type { MachineDescription, MachineFacts, MachinePressure } from './machine-facts.ts'

/** A machine as it is wanted, for fake nodes. */
export class FakeMachineFacts implements MachineFacts {
  readonly #description: MachineDescription
  pressureNow: MachinePressure = { memory: false, disk: false, processes: false }

  constructor(name: string, address: string, changes: Partial<MachineDescription> = {}) {
    this.#description = {
      cpuCount: 4,
      memoryBytes: 8 * 2 ** 30,
      diskBytes: 100 * 2 ** 30,
      architecture: 'amd64',
      kernelVersion: 'fake',
      osImage: 'fake',
      machineId: name,
      bootId: name,
      hostname: name,
      address,
      ...changes,
    }
  }

  describe(): MachineDescription {
    return this.#description
  }

  pressure(): MachinePressure {
    return this.pressureNow
  }
}
