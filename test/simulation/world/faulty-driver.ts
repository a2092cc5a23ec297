import { FakeDriver } from '../../../agents/node/fake-driver.ts'
import type { SimulatedMachine } from './simulated-machine.ts'
import type { SimulatedProcess } from './simulated-process.ts'

/** What the agent never waits for, or what is no single effect. */
const NO_EFFECTS = new Set<PropertyKey>(['onChange', 'logs', 'isReady', 'close'])

/** The container runtime of a machine as one life of its agent sees it. What runs goes on when the agent crashes. */
export function faultyDriver(machine: SimulatedMachine, process: SimulatedProcess): FakeDriver {
  return new Proxy(new FakeDriver(machine.containers, machine.clock), {
    get(driver, property) {
      const value = Reflect.get(driver, property, driver)
      if (typeof value !== 'function') return value
      if (property === 'onChange') {
        return (listener: (containerId: string) => void) => {
          const listening = driver.onChange(process.guard(listener))
          process.onDeath(() => listening.close())
          return listening
        }
      }
      if (NO_EFFECTS.has(property)) return value.bind(driver)
      return (...args: unknown[]) =>
        process.effect(`runtime ${String(property)} ${describe(args[0])}`, () => value.apply(driver, args))
    },
  })
}

function describe(first: unknown): string {
  if (typeof first === 'string') return first
  return (first as { uid?: string } | undefined)?.uid ?? ''
}
