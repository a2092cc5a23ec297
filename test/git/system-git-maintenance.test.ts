import { join } from 'node:path'
import test from 'ava'
import { getTasks } from 'node-cron'
import { startGitMaintenance } from '../../src/git/system-git-maintenance.ts'
import { commitFiles, RUNTIME, scratchRepository } from './scratch-repository.ts'

test('each pass runs when its time comes, one after the other, and none after the stop', async t => {
  const repository = await scratchRepository(t)
  await commitFiles(repository, { a: '1' })
  await commitFiles(repository, { a: '2' })
  const passes: unknown[] = []
  const log = {
    log: (_: string, message: string, fields?: object) => void passes.push([message, fields]),
    with: () => log,
  }
  const pushesLogPath = join(repository.path, '..', 'pushes.log')
  const maintenance = startGitMaintenance({ repository, pushesLogPath, clock: RUNTIME.clock, log })
  const tasks = [...getTasks().values()]
  t.is(tasks.length, 2)
  for (const task of tasks) t.true(task.getNextRun()!.getTime() > Date.now())
  await Promise.all(tasks.map(task => task.execute()))
  t.like(passes, [['maintained the repository', { depth: 'full', packsBefore: 2, packsAfter: 1 }]])
  await maintenance.stop()
  t.is(getTasks().size, 0)
})
