import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { openEmbeddedStore } from '../../../src/store/embedded/embedded-store.ts'
import { storeSuite } from './store-suite.ts'

const root = mkdtempSync(join(tmpdir(), 'pintle-store-'))
let opened = 0

test.after.always(() => rmSync(root, { recursive: true, force: true }))

storeSuite(test, 'embedded', () => openEmbeddedStore({ directory: join(root, String(opened++)), revisionFloor: 0 }))
