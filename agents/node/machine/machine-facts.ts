/** Port: what this machine is and has. One implementation asks the system, another one makes it up. */
export interface MachineFacts {
  describe(): MachineDescription
  pressure(): MachinePressure
}

export interface MachineDescription {
  readonly cpuCount: number
  readonly memoryBytes: number
  readonly diskBytes: number
  /** `amd64`, `arm64`. */
  readonly architecture: string
  readonly kernelVersion: string
  readonly osImage: string
  readonly machineId: string
  readonly bootId: string
  readonly hostname: string
  /** Where the machine is reached; loopback when it has nothing else. */
  readonly address: string
}

export interface MachinePressure {
  readonly memory: boolean
  readonly disk: boolean
  readonly processes: boolean
}
