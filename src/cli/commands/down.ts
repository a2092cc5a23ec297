import { existsSync, rmSync } from 'node:fs'
import { endAgent } from '../agent-process.ts'
import type { DataDirectory } from '../data-directory.ts'
import { findDataDirectory } from '../data-directory.ts'
import { isRunning, startTimeOf } from '../server-process.ts'
import { UsageError } from '../usage-error.ts'

const STOP_TIMEOUT_MS = 120_000

/** `pintle down`: ends the server of a data directory, its agent and its pods; with `purge` also the directory. */
export async function down(options: { readonly dataDir?: string; readonly purge: boolean }): Promise<void> {
  const directory = findDataDirectory(options.dataDir)
  const stopped = await stopServer(directory)
  const stoppedAgent = await endAgent(directory, 'SIGINT')
  console.log(stopped || stoppedAgent ? 'Stopped.' : `Nothing runs for ${directory.path}.`)
  if (!existsSync(directory.path)) return
  const lock = directory.lock()
  if (options.purge) rmSync(directory.path, { recursive: true, force: true })
  // A server that was killed could not take these away itself.
  else for (const each of [directory.ready(), directory.socket()]) rmSync(each, { force: true })
  lock.release()
  if (options.purge) console.log(`Removed ${directory.path}.`)
}

/** Asks as Ctrl-C does: pods stop too. */
async function stopServer(directory: DataDirectory): Promise<boolean> {
  const state = directory.readServerState()
  if (state?.pid === undefined || !isRunning(state.pid)) return false
  if (state.startTime !== undefined && startTimeOf(state.pid) !== state.startTime) return false
  process.kill(state.pid, 'SIGINT')
  for (let waitedMs = 0; waitedMs < STOP_TIMEOUT_MS; waitedMs += 100) {
    if (!isRunning(state.pid)) return true
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  throw new UsageError(
    `the server (process ${state.pid}) did not stop in ${STOP_TIMEOUT_MS / 1000} s; look at its terminal`,
  )
}
