import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import type { AgentArguments } from './agent-process.ts'
import { agentLog, isAgentRunning, startAgent } from './agent-process.ts'
import type { DataDirectory } from './data-directory.ts'
import { printable } from './output/print-table.ts'

const LOOK_MS = 500
/** One that dies again and again is started less and less often. */
const DELAY_MS_MAX = 60_000
/** An agent that lived this long died of something new. */
const LIVED_MS_MIN = 60_000

/** Starts the agent again whenever it died, and tells `say`; pods go on meanwhile and are taken over. */
export function keepAgent(directory: DataDirectory, wanted: AgentArguments, say: (line: string) => void) {
  let stopped = false
  let delayMs = 0
  let startedMs = performance.now()
  let work = Promise.resolve()
  const again = (afterMs: number) => setTimeout(look, afterMs)
  const look = () => {
    if (isAgentRunning(directory)) {
      timer = again(LOOK_MS)
      return
    }
    work = restart().finally(() => {
      if (!stopped) timer = again(LOOK_MS + delayMs)
    })
  }
  const restart = async () => {
    delayMs = performance.now() - startedMs > LIVED_MS_MIN ? 0 : Math.min(Math.max(1_000, delayMs * 2), DELAY_MS_MAX)
    startedMs = performance.now()
    const why = formatLastWords(readTail(agentLog(directory)))
    try {
      const { pid } = await startAgent(directory, wanted)
      say(`The node's agent ended${why}; started another one (${pid}). Its pods go on.`)
    } catch (error) {
      say(`The node's agent ended${why} and cannot be started: ${(error as Error).message}`)
    }
  }
  let timer = again(LOOK_MS)
  return {
    async stop(): Promise<void> {
      stopped = true
      clearTimeout(timer)
      await work
    },
  }
}

const TAIL_BYTES = 4_096

/** The end of a log file; empty when it cannot be read. */
function readTail(path: string): string {
  try {
    const file = openSync(path, 'r')
    try {
      const tail = Buffer.alloc(TAIL_BYTES)
      const bytes = readSync(file, tail, 0, TAIL_BYTES, Math.max(0, fstatSync(file).size - TAIL_BYTES))
      return tail.toString('utf8', 0, bytes)
    } finally {
      closeSync(file)
    }
  } catch {
    return ''
  }
}

/** What a command that failed said last; empty for one that was killed. */
function formatLastWords(log: string): string {
  const lines = log.trimEnd().split('\n')
  const last = lines.findLast(line => !line.startsWith('(')) ?? ''
  return last.startsWith('pintle: ') ? ` (${printable(last.slice('pintle: '.length))})` : ''
}
