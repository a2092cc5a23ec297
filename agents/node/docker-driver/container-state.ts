import type { ContainerInspectInfo } from 'dockerode'
import type { ContainerState } from '../runtime-driver.ts'
import { LABELS } from './labels.ts'

/** The engine's "never". */
const ZERO_TIME = '0001-01-01T00:00:00Z'
const KILLED_BY_KERNEL = 137
const NOT_STARTED = 128

/** What an inspected container is to the agent. Pure; `terminationMessage` is read by the caller. */
export function containerState(
  container: ContainerInspectInfo,
  terminationMessage: string | undefined,
): ContainerState {
  const { Id, State, Config, Image } = container
  const labels = Config.Labels
  const createdAtMs = timeOf(container.Created) ?? 0
  const state = stateOf(container)
  const exitCode = state === 'exited' ? exitCodeOf(container) : undefined
  return {
    id: Id,
    sandboxId: labels[LABELS.podUid] ?? '',
    name: labels[LABELS.container] ?? '',
    attempt: Number(labels[LABELS.attempt] ?? 0),
    state,
    image: Config.Image,
    imageId: Image,
    createdAtMs,
    startedAtMs: timeOf(State.StartedAt),
    finishedAtMs: state === 'exited' ? (timeOf(State.FinishedAt) ?? createdAtMs) : undefined,
    exitCode,
    // A child that the kernel killed leaves the mark too, and the container may have ended well.
    oomKilled: State.OOMKilled && exitCode === KILLED_BY_KERNEL,
    terminationMessage,
  }
}

function stateOf({ State }: ContainerInspectInfo): ContainerState['state'] {
  if (State.Running || State.Paused || State.Restarting) return 'running'
  // One that could not be started stays "created", with the reason.
  if (State.Status === 'created') return State.Error === '' ? 'created' : 'exited'
  return 'exited'
}

function exitCodeOf({ State }: ContainerInspectInfo): number {
  return State.Status === 'created' ? NOT_STARTED : State.ExitCode
}

function timeOf(text: string): number | undefined {
  return text === '' || text === ZERO_TIME ? undefined : Date.parse(text)
}
