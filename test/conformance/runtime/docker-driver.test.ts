import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { DockerDriver } from '../../../agents/node/docker-driver/docker-driver.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { TestEngine, whyNoEngine } from '../../docker-engine.ts'
import { skipUnless } from '../../skip-unless.ts'
import { testRuntime } from './runtime-suite.ts'

const why = whyNoEngine()
const engine = new TestEngine()

if (why === undefined) {
  test.before(async () => {
    await engine.start()
    engine.importBusybox('none')
  })
  test.after.always(() => engine.stop())
}

testRuntime(skipUnless(test, why), async () => {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-runtime-'))
  const { socketPath } = engine
  return {
    open: () => new DockerDriver({ socketPath, directory, clock: systemClock, log: silentLogger }),
    foreverCommand: ['sh', '-c', 'trap "exit 143" TERM; echo started; sleep 1000 & wait'],
    exitWith: code => ({ command: ['sh', '-c', `exit ${code}`], annotations: {} }),
    cannotStart: { command: ['/no/such/program'], annotations: {} },
    close: async () => rmSync(directory, { recursive: true, force: true }),
  }
})
