import type { Container, Probe } from '../../../src/api/generated/types.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { Clock, Timer } from '../../../src/lib/clock.ts'
import type { ProbeResult, Prober } from './prober.ts'
import { probeAction } from './prober.ts'

export type ProbeKind = 'startup' | 'liveness' | 'readiness'

export interface ContainerProbesOptions {
  readonly containerId: string
  readonly container: DeepReadonly<Container>
  readonly host: string
  readonly startedAtMs: number
  /** Readiness before the first answer: an adopted container keeps what it had. */
  readonly wasReady: boolean
  readonly wasStarted: boolean
  readonly clock: Clock
  readonly prober: Prober
  readonly onChange: () => void
  readonly onFailure: (kind: ProbeKind, message: string) => void
}

/** Asks one running container's probes for as long as it runs, and keeps what they say. */
export class ContainerProbes {
  readonly #options: ContainerProbesOptions
  readonly #timers = new Map<ProbeKind, Timer>()
  readonly #runs = new Map<ProbeKind, { ok: boolean; count: number }>()
  #stopped = false
  /** The startup probe has succeeded, or there is none. */
  isStarted: boolean
  isReady: boolean
  /** Set when the liveness or the startup probe has failed too often: the container is to be restarted. */
  failed: ProbeKind | undefined

  constructor(options: ContainerProbesOptions) {
    this.#options = options
    const { startupProbe, readinessProbe } = options.container
    this.isStarted = startupProbe === undefined || options.wasStarted
    this.isReady = readinessProbe === undefined ? this.isStarted : options.wasReady
    if (this.isStarted) this.#startMain()
    else this.#scheduleFirst('startup', startupProbe!)
  }

  stop(): void {
    this.#stopped = true
    for (const timer of this.#timers.values()) timer.cancel()
  }

  #startMain(): void {
    const { livenessProbe, readinessProbe } = this.#options.container
    if (livenessProbe) this.#scheduleFirst('liveness', livenessProbe)
    if (readinessProbe) this.#scheduleFirst('readiness', readinessProbe)
  }

  #scheduleFirst(kind: ProbeKind, probe: DeepReadonly<Probe>): void {
    if (this.#stopped) return
    const { clock, startedAtMs } = this.#options
    const dueMs = startedAtMs + (probe.initialDelaySeconds ?? 0) * 1000
    this.#timers.set(
      kind,
      clock.setTimer(Math.max(0, dueMs - clock.now()), () => void this.#ask(kind, probe)),
    )
  }

  async #ask(kind: ProbeKind, probe: DeepReadonly<Probe>): Promise<void> {
    const { prober, containerId, container, host } = this.#options
    const action = probeAction(probe, container.ports ?? [], host)
    const result = await prober.probe(containerId, action, (probe.timeoutSeconds ?? 1) * 1000)
    if (this.#stopped) return
    this.#take(kind, probe, result)
    const isOver = this.failed !== undefined || (kind === 'startup' && this.isStarted)
    if (!isOver) this.#scheduleNext(kind, probe)
  }

  /** Until it is ready, a container is asked again soon: the period is for what runs. */
  #scheduleNext(kind: ProbeKind, probe: DeepReadonly<Probe>): void {
    const isEager = kind === 'readiness' && !this.isReady && (this.#runs.get(kind)?.count ?? 0) <= EAGER_TRIES
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    const delayMs = isEager ? Math.min(EAGER_MS, periodMs) : periodMs
    this.#timers.set(
      kind,
      this.#options.clock.setTimer(delayMs, () => void this.#ask(kind, probe)),
    )
  }

  #take(kind: ProbeKind, probe: DeepReadonly<Probe>, { ok, message }: ProbeResult): void {
    const before = this.#runs.get(kind)
    const count = before?.ok === ok ? before.count + 1 : 1
    this.#runs.set(kind, { ok, count })
    if (!ok) this.#options.onFailure(kind, message)
    if (count < (ok ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3))) return
    if (kind === 'readiness') this.#setReady(ok)
    else if (!ok) this.#fail(kind)
    else if (kind === 'startup') this.#setStarted()
  }

  #setReady(ready: boolean): void {
    if (this.isReady === ready) return
    this.isReady = ready
    this.#options.onChange()
  }

  #setStarted(): void {
    this.isStarted = true
    if (this.#options.container.readinessProbe === undefined) this.isReady = true
    this.#startMain()
    this.#options.onChange()
  }

  #fail(kind: ProbeKind): void {
    this.failed = kind
    this.#options.onChange()
  }
}

/** The first answers of a container that is not ready yet are asked for this often. */
const EAGER_MS = 500
const EAGER_TRIES = 10
