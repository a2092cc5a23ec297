import { parentPort } from 'node:worker_threads'

/** The thread of SystemOffload: imports a job's module and runs its work. */

export interface OffloadRequest {
  readonly module: string
  readonly exportName: string
  readonly input: unknown
}

export type OffloadReply = { readonly output: unknown } | { readonly error: Error }

parentPort?.on('message', async ({ module, exportName, input }: OffloadRequest) => {
  try {
    const work = ((await import(module)) as Record<string, (input: unknown) => unknown>)[exportName]
    if (work === undefined) throw new Error(`${module} exports no ${exportName}`)
    parentPort?.postMessage({ output: work(input) } satisfies OffloadReply)
  } catch (error) {
    parentPort?.postMessage({ error: error instanceof Error ? error : new Error(String(error)) } satisfies OffloadReply)
  }
})
