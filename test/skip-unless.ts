import { spawnSync } from 'node:child_process'
import type { ExecutionContext, TestFn } from 'ava'

export type DeclareTest<Context = unknown> = (
  title: string,
  body: (t: ExecutionContext<Context>) => Promise<void> | void,
) => void

/**
 * For tests that need what not every machine has: where it is missing they are counted as skipped, and their titles say
 * why. `why`: undefined when nothing is missing; asked before any test is declared, since ava takes none after a wait.
 */
export function skipUnless<Context>(test: TestFn<Context>, why: string | undefined): DeclareTest<Context> {
  if (why === undefined) return (title, body) => test.serial(title, body)
  return title => test.skip(`${title} (skipped: ${why})`, t => t.fail())
}

export function whyNoStrace(): string | undefined {
  return spawnSync('strace', ['-V']).status === 0 ? undefined : 'strace is not installed'
}
