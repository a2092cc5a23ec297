import test from 'ava'
import { createMemoryStore } from '../../../src/store/memory-store.ts'
import { storeSuite } from './store-suite.ts'

storeSuite(test, 'memory', () => createMemoryStore())
