import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { TestFn } from 'ava'
import type { IsolationMode } from '../../../agents/node/process-driver/isolation.ts'
import { probeIsolation } from '../../../agents/node/process-driver/probe-isolation.ts'
import { ProcessDriver } from '../../../agents/node/process-driver/process-driver.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { testRuntime } from './runtime-suite.ts'

/** The suite on one kind of isolation, where this machine permits it to this user. */
export function testProcessDriver(test: TestFn, isolation: IsolationMode): void {
  test.before(async t => {
    const directory = mkdtempSync(join(tmpdir(), 'pintle-probe-'))
    const why = await probeIsolation(directory, isolation).then(
      () => undefined,
      (error: Error) => error.message,
    )
    rmSync(directory, { recursive: true, force: true })
    if (why !== undefined) t.log(`skipped: ${why}`)
    isPermitted = why === undefined
  })
  let isPermitted = false
  const onlyPermitted = {
    serial: (name: string, body: Parameters<TestFn>[1]) =>
      test.serial(name, async t => {
        if (isPermitted) await (body as (t: unknown) => Promise<void>)(t)
        else t.pass()
      }),
  }
  testRuntime(onlyPermitted as unknown as TestFn, async () => {
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
