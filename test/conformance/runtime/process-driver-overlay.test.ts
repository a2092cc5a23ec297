import test from 'ava'
import { testProcessDriver } from './process-driver-under-test.ts'

testProcessDriver(test, 'overlay')
