import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { openGitRepository } from '../../../src/git/open-git-repository.ts'
import { silentLogger } from '../../../src/lib/log.ts'
import { systemClock } from '../../../src/lib/system-clock.ts'
import { gitRepositorySuite } from './git-repository-suite.ts'

gitRepositorySuite(test.serial as typeof test, async (t, name) => {
  const folder = await mkdtemp(join(tmpdir(), `pintle-git-${name}-`))
  const repository = await openGitRepository({
    path: join(folder, 'cluster.git'),
    clock: systemClock,
    log: silentLogger,
  })
  t.teardown(async () => {
    await repository.close()
    await rm(folder, { recursive: true, force: true })
  })
  return repository
})
