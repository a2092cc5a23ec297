import { readdirSync, readFileSync, statfsSync } from 'node:fs'
import { arch, availableParallelism, freemem, hostname, networkInterfaces, release, totalmem } from 'node:os'
import { readBootId } from '../../host/process-identity.ts'
import type { MachineDescription, MachineFacts, MachinePressure } from './machine-facts.ts'

/** Pressure begins with less than this left, as the kubelet's default thresholds have it. */
const MEMORY_FREE_BYTES_MIN = 100 * 1024 * 1024
const DISK_FREE_FRACTION_MIN = 0.05
const PROCESS_FREE_FRACTION_MIN = 0.1

/** This machine, from `node:os` and /proc. `directory`: whose file system counts as the node's disk. */
export class SystemMachineFacts implements MachineFacts {
  readonly #directory: string
  readonly #address: string | undefined

  constructor(directory: string, address?: string) {
    this.#directory = directory
    this.#address = address
  }

  describe(): MachineDescription {
    const disk = statfsSync(this.#directory)
    return {
      cpuCount: availableParallelism(),
      memoryBytes: totalmem(),
      diskBytes: disk.blocks * disk.bsize,
      architecture: arch() === 'x64' ? 'amd64' : arch(),
      kernelVersion: release(),
      osImage: /^PRETTY_NAME="?([^"\n]*)/m.exec(readText('/etc/os-release'))?.[1] ?? 'Linux',
      machineId: readText('/etc/machine-id').trim(),
      bootId: readBootId(),
      hostname: hostname(),
      address: this.#address ?? firstAddress(),
    }
  }

  pressure(): MachinePressure {
    const disk = statfsSync(this.#directory)
    const available = /^MemAvailable:\s+(\d+)/m.exec(readText('/proc/meminfo'))?.[1]
    const memoryBytes = available === undefined ? freemem() : Number(available) * 1024
    const pidMax = Number(readText('/proc/sys/kernel/pid_max')) || 32_768
    const pids = readdirSync('/proc').filter(name => /^\d+$/.test(name)).length
    return {
      memory: memoryBytes < MEMORY_FREE_BYTES_MIN,
      disk: disk.bavail < disk.blocks * DISK_FREE_FRACTION_MIN,
      processes: pids > pidMax * (1 - PROCESS_FREE_FRACTION_MIN),
    }
  }
}

function firstAddress(): string {
  const all = Object.values(networkInterfaces()).flatMap(each => each ?? [])
  return all.find(each => each.family === 'IPv4' && !each.internal)?.address ?? '127.0.0.1'
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return ''
  }
}
