import test from 'ava'
import { testProcessDriver } from './process-driver-under-test.ts'

await testProcessDriver(test, 'user-namespace')
