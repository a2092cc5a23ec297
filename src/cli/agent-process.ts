import { spawn } from 'node:child_process'
import { openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { agentAtWork } from '../../agents/host/agent-lock.ts'
import { stopLeftPods } from '../../agents/stop-left-pods.ts'
import type { DataDirectory } from './data-directory.ts'
import { writeFileAtomically } from './data-directory.ts'
import { isRunning, startTimeOf } from './server-process.ts'

/** The node's agent as a process in a session of its own: it outlives the server, and a later server takes it over. */
export interface AgentProcess {
  readonly pid: number
  /** True when it ran already. */
  readonly isTakenOver: boolean
}

export interface AgentArguments {
  readonly kubeconfig: string
  readonly nodeName: string
  readonly runtime: string
  readonly isolation: string
  readonly nodes: string
  readonly serviceCidr: string
  readonly clusterCidr: string
  readonly logFormat: string
}

interface AgentRecord {
  readonly pid: number
  readonly startTime: string | undefined
  readonly arguments: AgentArguments | undefined
}

/** Starts the agent of this data directory, or finds it running with the same arguments. */
export async function startAgent(directory: DataDirectory, wanted: AgentArguments): Promise<AgentProcess> {
  const running = findAgent(directory)
  if (running !== undefined && JSON.stringify(running.arguments) === JSON.stringify(wanted)) {
    return { pid: running.pid, isTakenOver: true }
  }
  // Other arguments: a new agent adopts the pods that the old one leaves.
  if (running !== undefined) await endAgent(directory, 'SIGTERM')
  const output = openSync(agentLog(directory), 'a', 0o600)
  const start = join(import.meta.dirname, 'start.js')
  const child = spawn(process.execPath, [start, 'agent', ...formatArguments(directory, wanted)], {
    detached: true,
    stdio: ['ignore', output, output],
    cwd: '/',
  })
  const pid = await new Promise<number>((resolve, reject) => {
    child.once('spawn', () => resolve(child.pid!))
    child.once('error', reject)
  })
  child.unref()
  const record: AgentRecord = { pid, startTime: startTimeOf(pid), arguments: wanted }
  writeFileAtomically(recordPath(directory), `${JSON.stringify(record)}\n`)
  return { pid, isTakenOver: false }
}

export function agentLog(directory: DataDirectory): string {
  return join(directory.agent(), 'agent.log')
}

/** SIGINT: it stops its pods first. SIGTERM: it leaves them. Resolves when it is gone; false when none ran. */
export async function endAgent(directory: DataDirectory, signal: 'SIGINT' | 'SIGTERM'): Promise<boolean> {
  const running = findAgent(directory)
  // An agent that was killed leaves its pods running: without one they are stopped from here.
  if (running === undefined) return signal === 'SIGINT' && (await stopLeftPods(directory.agent()))
  process.kill(running.pid, signal)
  for (let waitedMs = 0; waitedMs < END_TIMEOUT_MS && isRunning(running.pid); waitedMs += POLL_MS) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
  if (isRunning(running.pid)) await kill(running.pid)
  rmSync(recordPath(directory), { force: true })
  // Whatever ended it before it was through.
  if (signal === 'SIGINT') await stopLeftPods(directory.agent())
  return true
}

async function kill(pid: number): Promise<void> {
  process.kill(pid, 'SIGKILL')
  for (let waitedMs = 0; waitedMs < KILL_TIMEOUT_MS && isRunning(pid); waitedMs += POLL_MS) {
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/** Longer than any usual grace period of a pod. */
const END_TIMEOUT_MS = 90_000
const KILL_TIMEOUT_MS = 5_000
const POLL_MS = 50

/** The agent that works in this directory; without arguments when its server died before it could note them. */
function findAgent(directory: DataDirectory): AgentRecord | undefined {
  const record = readRecord(directory)
  if (record !== undefined) return record
  const pid = agentAtWork(directory.agent())
  return pid === undefined ? undefined : { pid, startTime: startTimeOf(pid), arguments: undefined }
}

export function isAgentRunning(directory: DataDirectory): boolean {
  return findAgent(directory) !== undefined
}

function readRecord(directory: DataDirectory): AgentRecord | undefined {
  try {
    const record = JSON.parse(readFileSync(recordPath(directory), 'utf8')) as AgentRecord
    const isSame = record.startTime === undefined || startTimeOf(record.pid) === record.startTime
    return isRunning(record.pid) && isSame ? record : undefined
  } catch {
    return undefined
  }
}

function recordPath(directory: DataDirectory): string {
  return join(directory.agent(), 'agent.json')
}

function formatArguments(directory: DataDirectory, wanted: AgentArguments): string[] {
  return [
    ['--data-dir', directory.agent()],
    ['--kubeconfig', wanted.kubeconfig],
    ['--node-name', wanted.nodeName],
    ['--runtime', wanted.runtime],
    ['--isolation', wanted.isolation],
    ['--nodes', wanted.nodes],
    ['--service-cidr', wanted.serviceCidr],
    ['--cluster-cidr', wanted.clusterCidr],
    ['--log-format', wanted.logFormat],
    ['--log-file', agentLog(directory)],
  ].flat()
}
