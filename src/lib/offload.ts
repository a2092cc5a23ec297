/**
 * Work too long for the event loop (big parses, deflate, hashing of packs) goes through Offload. In production it may
 * run in a worker thread; under simulation it runs inline, because threads finish in no fixed order.
 */
export interface Offload {
  /** Runs `job` on `input` and resolves with what it returned. Rejects with what it threw. */
  run<Input, Output>(job: OffloadJob<Input, Output>, input: Input): Promise<Output>
}

export interface OffloadJob<Input, Output> {
  /** Shown in metrics and errors. */
  readonly name: string
  /** URL of the module that exports `work` under `exportName`; what a worker imports. */
  readonly module: string
  readonly exportName: string
  /** Synchronous and pure: its input and output are structured-cloneable. */
  readonly work: (input: Input) => Output
}

/** A job took longer than any honest input needs; it was given up. */
export class OffloadTimeout extends Error {
  override readonly name = 'OffloadTimeout'
}

/** Runs every job at once, on the caller's thread. */
export const inlineOffload: Offload = {
  run: async (job, input) => job.work(input),
}
