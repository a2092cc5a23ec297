import { spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { AgentAlreadyRuns, agentAtWork, lockAgentDirectory } from '../../../agents/host/agent-lock.ts'
import { readBootId, readProcess } from '../../../agents/host/process-identity.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pintle-lock-'))
test.after.always(() => rmSync(scratch, { recursive: true, force: true }))
let count = 0
const fresh = () => join(scratch, String(count++))
const write = (directory: string, holder: unknown) =>
  writeFileSync(join(directory, 'agent.lock'), typeof holder === 'string' ? holder : JSON.stringify(holder))

test('one at a time, and the next when it is released; nothing else is left', t => {
  const directory = fresh()
  t.is(agentAtWork(directory), undefined)
  const lock = lockAgentDirectory(directory)
  t.is(agentAtWork(directory), process.pid)
  const error = t.throws(() => lockAgentDirectory(directory), { instanceOf: AgentAlreadyRuns })
  t.is((error as AgentAlreadyRuns).pid, process.pid)
  t.regex(error?.message ?? '', /stop it first, or choose another --data-dir/)
  t.deepEqual(readdirSync(directory), ['agent.lock'])
  lock.release()
  lockAgentDirectory(directory).release()
  t.deepEqual(readdirSync(directory), [])
})

test('of an agent that is dead, or of another boot, or of a process number used again: it is taken', async t => {
  const child = spawn('sleep', ['60'])
  const startTicks = readProcess(child.pid!)?.startTicks
  const dead = { pid: 2 ** 22 + 1, startTicks: '1', bootId: readBootId() }
  const otherBoot = { pid: child.pid, startTicks, bootId: '00000000-0000-0000-0000-000000000000' }
  const usedAgain = { pid: child.pid, startTicks: '1', bootId: readBootId() }
  for (const holder of [dead, otherBoot, usedAgain, '', '{"pid":']) {
    const directory = fresh()
    lockAgentDirectory(directory).release()
    write(directory, holder)
    t.is(agentAtWork(directory), undefined)
    const lock = lockAgentDirectory(directory)
    t.is(JSON.parse(readFileSync(join(directory, 'agent.lock'), 'utf8')).pid, process.pid)
    lock.release()
    t.deepEqual(readdirSync(directory), [])
  }
  child.kill('SIGKILL')
})
