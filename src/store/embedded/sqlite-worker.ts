import { parentPort, workerData } from 'node:worker_threads'
import type { JournalRecord, JournalState } from '../journal.ts'
import { SqliteFile } from './sqlite-file.ts'

/** The thread that owns the embedded store's file: all its blocking calls happen here. */

export type SqliteRequest =
  | { readonly id: number; readonly type: 'load' }
  | { readonly id: number; readonly type: 'commit'; readonly batch: readonly JournalRecord[] }
  | { readonly id: number; readonly type: 'close' }

export interface SqliteReply {
  readonly id: number
  readonly state?: JournalState
  readonly error?: { readonly code: string; readonly message: string }
}

const { directory, revisionFloor, synchronous } = workerData as {
  directory: string
  revisionFloor: number
  synchronous: 'FULL' | 'NORMAL'
}
let file: SqliteFile | undefined
let raised = false

parentPort?.on('message', (request: SqliteRequest) => {
  try {
    parentPort?.postMessage({ id: request.id, ...handle(request) } satisfies SqliteReply)
  } catch (error) {
    const { message, code = 'unavailable' } = error as { message: string; code?: string }
    parentPort?.postMessage({ id: request.id, error: { code, message } } satisfies SqliteReply)
  }
})

function handle(request: SqliteRequest): { state?: JournalState } {
  switch (request.type) {
    case 'load':
      return { state: load() }
    case 'commit':
      file?.commit(request.batch)
      return {}
    case 'close':
      file?.close()
      parentPort?.close()
      return {}
  }
}

/** The first load raises the counter above anything that can have been given out, also by a file since replaced. */
function load(): JournalState {
  file ??= new SqliteFile(directory, synchronous)
  const state = file.load(directory)
  if (raised || state.revision >= revisionFloor) return state
  raised = true
  file.raiseRevision(revisionFloor)
  return { ...state, revision: revisionFloor }
}
