import { FakeDriver } from '../../../agents/node/fake-driver.ts'
import type { ContainerState } from '../../../agents/node/runtime-driver.ts'
import { RuntimeError } from '../../../agents/node/runtime-driver.ts'
import { sleep } from '../../../src/lib/clock.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** How a container engine misbehaves, beside what every effect may suffer. */
export interface EngineFaults {
  /** Per change of a container: nobody is told, until the containers are listed again. */
  readonly eventsLost: number
  /** Per list of containers: what the list before it showed. */
  readonly listsStale: number
  /** Per pull: nothing comes for `pullMs`, then it fails. */
  readonly pullsHang: number
  readonly pullMs: number
}

export const NO_ENGINE_FAULTS: EngineFaults = { eventsLost: 0, listsStale: 0, pullsHang: 0, pullMs: 0 }

/** The container runtime of a machine as one life of its agent sees it. What runs goes on when the agent crashes. */
export function faultyDriver(
  machine: SimulatedMachine,
  process: SimulatedProcess,
  faults: () => EngineFaults,
): FakeDriver {
  const driver = new FaultyDriver(machine, process, faults)
  return new Proxy(driver, {
    get(target, property) {
      const value = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      if (NO_EFFECTS.has(property)) return value.bind(target)
      return (...args: unknown[]) =>
        process.effect(`runtime ${String(property)} ${describe(args[0])}`, () => value.apply(target, args))
    },
  })
}

/** What the agent never waits for, or what is no single effect. */
const NO_EFFECTS = new Set<PropertyKey>(['onChange', 'logs', 'isReady', 'close'])

class FaultyDriver extends FakeDriver {
  readonly #process: SimulatedProcess
  readonly #faults: () => EngineFaults
  readonly #untold = new Set<string>()
  readonly #listeners = new Set<(containerId: string) => void>()
  #listed: readonly ContainerState[] = []

  constructor(machine: SimulatedMachine, process: SimulatedProcess, faults: () => EngineFaults) {
    super(machine.containers, machine.clock)
    this.#process = process
    this.#faults = faults
  }

  override onChange(listener: (containerId: string) => void): { close(): void } {
    const told = this.#process.guard(listener)
    this.#listeners.add(told)
    const listening = super.onChange(id => {
      if (this.#process.alive && this.#process.random.chance(this.#faults().eventsLost)) this.#untold.add(id)
      else told(id)
    })
    const close = () => {
      this.#listeners.delete(told)
      listening.close()
    }
    this.#process.onDeath(close)
    return { close }
  }

  override async listContainers(): Promise<readonly ContainerState[]> {
    if (this.#process.random.chance(this.#faults().listsStale)) return this.#listed
    this.#listed = await super.listContainers()
    const untold = [...this.#untold]
    this.#untold.clear()
    for (const listener of this.#listeners) for (const id of untold) listener(id)
    return this.#listed
  }

  override async ensureImage(image: string, policy: 'Always' | 'IfNotPresent' | 'Never'): Promise<{ id: string }> {
    const { pullsHang, pullMs } = this.#faults()
    if (this.#process.random.chance(pullsHang)) {
      await sleep(this.#process.clock, pullMs)
      throw new RuntimeError('ErrImagePull', `pulling ${image}: nothing came for ${pullMs} ms`)
    }
    return super.ensureImage(image, policy)
  }
}

function describe(first: unknown): string {
  if (typeof first === 'string') return first
  return (first as { uid?: string } | undefined)?.uid ?? ''
}
