import { Agent } from 'node:http'
import Docker from 'dockerode'
import { RuntimeError } from '../runtime-driver.ts'

/** Connections to the engine at once. */
const SOCKETS_MAX = 64

/** The error of an engine that says no. */
export interface EngineError extends Error {
  readonly statusCode?: number
  readonly json?: { readonly message?: string }
}

/** An engine behind its socket, over connections that are kept. */
export function connectEngine(socketPath: string): Docker {
  return new Docker({ socketPath, agent: createEngineAgent() } as ConstructorParameters<typeof Docker>[0])
}

/**
 * The client library prints its options before every call, for a log that is off, and with them the agent and all of its
 * sockets: with 50 calls in flight that costs 50 ms of CPU each. An agent that prints as a word costs nothing.
 */
export function createEngineAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX })
  return Object.assign(agent, { [Symbol.for('nodejs.util.inspect.custom')]: () => 'Agent' })
}

export function isNotFound(error: unknown): boolean {
  return (error as EngineError | undefined)?.statusCode === 404
}

/** It is there already, or under way. */
export function isConflict(error: unknown): boolean {
  return (error as EngineError | undefined)?.statusCode === 409
}

/** It is so already. */
export function isUnchanged(error: unknown): boolean {
  return (error as EngineError | undefined)?.statusCode === 304
}

/** What the engine said, without the client library's words around it. */
export function engineMessage(error: unknown): string {
  const { json, message } = error as EngineError
  const said = typeof json === 'object' ? json?.message : undefined
  return said ?? message.replace(/^\(HTTP code \d+\) [^-]* - /, '').trim()
}

/** Runs a call; what the engine refuses becomes a RuntimeError with this reason. */
export async function asRuntimeError<Result>(reason: string, call: () => Promise<Result>): Promise<Result> {
  try {
    return await call()
  } catch (error) {
    if (error instanceof RuntimeError) throw error
    throw new RuntimeError(reason, engineMessage(error), { cause: error })
  }
}

/** For what may be done already. */
export async function ignoring(isHarmless: (error: unknown) => boolean, call: () => Promise<unknown>): Promise<void> {
  try {
    await call()
  } catch (error) {
    if (!isHarmless(error)) throw error
  }
}
