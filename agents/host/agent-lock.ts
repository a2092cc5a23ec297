import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ProcessIdentity } from './process-identity.ts'
import { isAlive, readBootId, readProcess } from './process-identity.ts'

/** Another agent works in this directory. */
export class AgentAlreadyRuns extends Error {
  override readonly name = 'AgentAlreadyRuns'
  readonly pid: number

  constructor(directory: string, pid: number) {
    super(`an agent already runs in ${directory} (process ${pid}): stop it first, or choose another --data-dir`)
    this.pid = pid
  }
}

/** One agent per data directory, told by `agent.lock`: pid, start time and boot of the one that holds it. */
export function lockAgentDirectory(directory: string): { release(): void } {
  mkdirSync(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'agent.lock')
  const own: ProcessIdentity = {
    pid: process.pid,
    startTicks: readProcess(process.pid)?.startTicks ?? '',
    bootId: readBootId(),
  }
  const mine = `${path}.${process.pid}`
  writeFileSync(mine, JSON.stringify(own), { mode: 0o600 })
  try {
    take(path, mine, directory)
  } finally {
    rmSync(mine, { force: true })
  }
  return { release: () => rmSync(path, { force: true }) }
}

/** Process id of the agent that holds this directory; undefined when none does. */
export function agentAtWork(directory: string): number | undefined {
  const holder = readHolder(join(directory, 'agent.lock'))
  return isAlive(holder) ? holder.pid : undefined
}

/** A link is made by one of two at the same moment, never by both. */
function take(path: string, mine: string, directory: string): void {
  for (let tries = 0; tries < 3; tries++) {
    try {
      linkSync(mine, path)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = readHolder(path)
    if (isAlive(holder)) throw new AgentAlreadyRuns(directory, holder.pid)
    clear(path, directory)
  }
  throw new Error(`${path} cannot be taken: others take it at the same time`)
}

/**
 * Takes a dead holder's lock away. Another one may have done that, and taken the lock, since it was looked at: what was
 * taken away is looked at again, and put back.
 */
function clear(path: string, directory: string): void {
  const grave = `${path}.${process.pid}.old`
  try {
    renameSync(path, grave)
  } catch {
    return
  }
  const holder = readHolder(grave)
  if (isAlive(holder)) renameSync(grave, path)
  else rmSync(grave, { force: true })
  if (isAlive(holder)) throw new AgentAlreadyRuns(directory, holder.pid)
}

function readHolder(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity
  } catch {
    return undefined
  }
}
