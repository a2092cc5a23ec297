import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestFn } from 'ava'
import type { IsolationMode } from '../../../agents/node/process-driver/isolation.ts'
import { probeIsolation } from '../../../agents/node/process-driver/probe-isolation.ts'
import { ProcessDriver } from '../../../agents/node/process-driver/process-driver.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { skipUnless } from '../../skip-unless.ts'
import { testRuntime } from './runtime-suite.ts'

/** The suite on one kind of isolation, where this machine permits it to this user. */
export async function testProcessDriver(test: TestFn, isolation: IsolationMode): Promise<void> {
  testRuntime(skipUnless(test, await whyNoIsolation(isolation)), async () => {
    const directory = mkdtempSync(join(tmpdir(), 'pintle-runtime-'))
    return {
      open: () => new ProcessDriver({ directory, clock: systemClock, isolation }),
      foreverCommand: ['sh', '-c', 'echo started; exec sleep 1000'],
      exitWith: code => ({ command: ['sh', '-c', `exit ${code}`], annotations: {} }),
      cannotStart: { command: ['/no/such/program'], annotations: {} },
      close: async () => rmSync(directory, { recursive: true, force: true }),
    }
  })
}

/** Why this machine does not permit it; undefined when it does. */
export async function whyNoIsolation(isolation: IsolationMode): Promise<string | undefined> {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-probe-'))
  try {
    await probeIsolation(directory, isolation)
    return undefined
  } catch (error) {
    return (error as Error).message
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}
