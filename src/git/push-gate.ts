import type { GitRepository, ObjectId } from './git-repository.ts'

/**
 * What the sync engine says to a push. The Git server's hooks (and the simulator's pushes) call it; `src/gitops`
 * implements it; wiring hands it in. The hook is early news only: the engine checks everything again before it applies.
 */
export interface PushGate {
  /**
   * Before any ref moves. `objects` reads the quarantined objects of this push too. Each `print` is one `remote:` line.
   * Refuses errors that this push introduces; a refusal refuses the whole push.
   */
  preReceive(push: Push, objects: GitRepository, print: PrintLine, signal: AbortSignal): Promise<PushVerdict>
  /** After the refs moved. Only watches; returns at the outcome, or after the push's wait. */
  postReceive(push: Push, print: PrintLine, signal: AbortSignal): Promise<void>
}

export type PrintLine = (line: string) => void

export interface Push {
  /** Identity of the pusher, e.g. `admin` or `local:root`; never the commit's author. */
  readonly pusher: string
  readonly updates: readonly PushedRef[]
  /** Push options as given by `git push -o`. */
  readonly options: readonly string[]
}

export interface PushedRef {
  readonly ref: string
  /** Undefined: the ref is new. */
  readonly old: ObjectId | undefined
  /** Undefined: the ref is deleted. */
  readonly new: ObjectId | undefined
}

export interface PushVerdict {
  readonly accepted: boolean
}
