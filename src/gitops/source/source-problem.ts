import { showText } from '../object/show-text.ts'

/** One thing wrong with what Git holds: what, where, why, and what to do about it. */
export interface SourceProblem {
  /** Path in the repository. */
  readonly path: string
  /** From 1. */
  readonly line?: number
  /** What is wrong and why; no full stop at its end. */
  readonly message: string
  /** What to do, as an imperative. */
  readonly remedy?: string
  /** The file could not be read or parsed: what it would have said is unknown, and unknown is not absent. */
  readonly unreadable?: boolean
}

const PROBLEM_LENGTH_MAX = 600

/** `apps/web/site.yaml:7: field "replica" is not known; did you mean ...`, safe for a terminal. */
export function formatProblem({ path, line, message, remedy }: SourceProblem): string {
  const where = line === undefined ? path : `${path}:${line}`
  return showText(`${where}: ${message}${remedy === undefined ? '' : `; ${remedy}`}`, PROBLEM_LENGTH_MAX)
}

/** Equal for the same trouble in two commits, wherever it moved to in its file. */
export function problemKey({ path, message }: SourceProblem): string {
  return `${path}\n${message}`
}
