import test from 'ava'
import { FakeDriver, FakeMachine } from '../../../agents/node/fake-driver.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { testRuntime } from './runtime-suite.ts'

testRuntime(test.serial, async () => {
  const machine = new FakeMachine(systemClock)
  return {
    open: () => new FakeDriver(machine, systemClock),
    foreverCommand: ['forever'],
    exitWith: code => ({
      command: ['exit'],
      annotations: { 'fake.pintle.dev/run-seconds': '0', 'fake.pintle.dev/exit-code': String(code) },
    }),
    cannotStart: { command: ['wrong'], annotations: { 'fake.pintle.dev/fail': 'start' } },
    close: async () => {},
  }
})
