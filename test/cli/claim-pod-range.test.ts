import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { claimPodRange } from '../../src/cli/claim-pod-range.ts'
import { DataDirectory } from '../../src/cli/data-directory.ts'
import { UsageError } from '../../src/cli/usage-error.ts'

test('each node keeps pod addresses of its own, and a full range says so', t => {
  const directory = new DataDirectory(mkdtempSync(join(tmpdir(), 'pintle-claims-')))
  try {
    t.is(claimPodRange(directory, 'one', '10.8.4.0/22'), '10.8.5.0/24', 'the first /24 is the server machine’s own')
    t.is(claimPodRange(directory, 'two', '10.8.4.0/22'), '10.8.6.0/24')
    t.is(claimPodRange(directory, 'one', '10.8.4.0/22'), '10.8.5.0/24')
    t.is(claimPodRange(directory, 'three', '10.8.4.0/22'), '10.8.7.0/24')
    t.throws(() => claimPodRange(directory, 'four', '10.8.4.0/22'), {
      instanceOf: UsageError,
      message: /no room for node four/,
    })
  } finally {
    rmSync(directory.path, { recursive: true })
  }
})
