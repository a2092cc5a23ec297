import { Application } from '../../api/kinds/gitops/application.ts'
import { formatDuration } from '../../api/kinds/gitops/duration.ts'
import type { RolloutOutcome } from '../../api/kinds/gitops/rollout.ts'
import { isFinished, Rollout } from '../../api/kinds/gitops/rollout.ts'
import type { ObjectId } from '../../git/git-repository.ts'
import type { PrintLine, PushedRef } from '../../git/push-gate.ts'
import { readLive } from '../apply/read-live.ts'
import type { LiveApplication, LiveRollout } from '../engine/application-object.ts'
import { REMOVED_DIGEST } from '../engine/removed-digest.ts'
import type { SyncContext } from '../engine/sync-context.ts'
import type { SyncEngine } from '../engine/sync-engine.ts'
import { listWords, shortCommit, showText } from '../object/show-text.ts'
import { differingApplications } from '../plan/plan-commit.ts'

/** Looked at again this often even if nobody says that something changed. */
const LOOK_MS = 1_000
const REASONS_SHOWN_MAX = 5
/** Progress of one application is told at most this often: outcomes at once. */
const PROGRESS_MS = 2_000
/** Phases that end without anybody's doing. */
const UNDER_WAY: ReadonlySet<string | undefined> = new Set([undefined, 'Pending', 'Progressing', 'Healthy'])

/** Prints what becomes of a push, until every application it touched has an outcome and its status commit, or `signal`. */
export async function followPush(
  context: SyncContext,
  engine: SyncEngine,
  { old, new: commit }: PushedRef,
  print: PrintLine,
  signal: AbortSignal,
): Promise<void> {
  if (commit === undefined) return
  const before = old === undefined ? undefined : await engine.reader.read(context.git, old)
  const after = await engine.reader.read(context.git, commit)
  const followers = differingApplications(before, after).map(
    name => new Follower(context, name, commit, after.applications.get(name)?.inputDigest ?? REMOVED_DIGEST, print),
  )
  let open = followers
  while (open.length > 0 && !signal.aborted) {
    const still: Follower[] = []
    for (const follower of open) if (!(await follower.look())) still.push(follower)
    open = still
    if (open.length > 0) await changeOrTick(context, signal)
  }
  if (open.length === 0) return
  print(
    `${listWords(open.map(({ name }) => name))}: still under way; this goes on without you. Watch it with: pintle wait ${commit.slice(0, 12)}`,
  )
}

/** Resolves when something changes, after a while, or when nobody listens any more. */
function changeOrTick({ signals, clock }: SyncContext, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const finish = () => {
      timer.cancel()
      listener.close()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const timer = clock.setTimer(LOOK_MS, finish)
    const listener = signals.onChange(finish)
    signal.addEventListener('abort', finish)
  })
}

/** Tells how one application gets to one set of inputs. */
class Follower {
  readonly name: string
  readonly #context: SyncContext
  readonly #commit: ObjectId
  readonly #inputDigest: string
  readonly #print: PrintLine
  #said = ''
  #progressAtMs = Number.NEGATIVE_INFINITY

  constructor(context: SyncContext, name: string, commit: ObjectId, inputDigest: string, print: PrintLine) {
    this.#context = context
    this.name = name
    this.#commit = commit
    this.#inputDigest = inputDigest
    this.#print = print
  }

  /** True when there is nothing more to tell. */
  async look(): Promise<boolean> {
    const { client, memory, git } = this.#context
    const { desired } = memory
    if (desired === undefined) return false
    if (desired.commit !== this.#commit && !(await git.isAncestor(this.#commit, desired.commit))) return false
    const rollout = await this.#rollout()
    if (rollout !== undefined && isFinished(rollout)) return this.#tellOutcome(rollout)
    const wanted = desired.applications.get(this.name)?.inputDigest ?? REMOVED_DIGEST
    if (wanted !== this.#inputDigest) {
      this.#print(`${this.name}: superseded by ${shortCommit(desired.commit)}, which goes on from here`)
      return true
    }
    const live = await readLive(client, Application, { name: this.name })
    if (live === undefined) return this.#inputDigest === REMOVED_DIGEST
    return (await this.#tellBlocked(live)) || this.#tellProgress(live)
  }

  async #rollout(): Promise<LiveRollout | undefined> {
    const { items } = await this.#context.client.list(Rollout, { fieldSelector: `spec.application=${this.name}` })
    return [...items]
      .sort((a, b) => b.spec.number - a.spec.number)
      .find(({ spec }) => spec.inputDigest === this.#inputDigest && spec.commit === this.#commit)
  }

  /** What waits for an application that needs somebody has no end to wait for. */
  async #tellBlocked({ status = {} }: LiveApplication): Promise<boolean> {
    if (status.phase !== 'Pending' || status.desired?.inputDigest !== this.#inputDigest) return false
    const { client, memory } = this.#context
    const applications = memory.desired?.applications
    for (const other of applications?.get(this.name)?.settings.dependsOn ?? []) {
      const { phase, attempted } = (await readLive(client, Application, { name: other }))?.status ?? {}
      if (UNDER_WAY.has(phase) || attempted?.inputDigest !== applications?.get(other)?.inputDigest) continue
      this.#say(`${this.name}: waits for ${other}, which is ${phase}; it is applied when ${other} is Healthy`)
      return true
    }
    return false
  }

  #tellProgress({ status = {} }: LiveApplication): boolean {
    if (status.phase === 'Suspended') {
      this.#say(`${this.name}: suspended by application.yaml, nothing is applied`)
      return true
    }
    // The inputs are those of an earlier rollout: there is nothing to do, and there will be no outcome.
    const isOld =
      status.attempted?.inputDigest === this.#inputDigest &&
      status.rollout === undefined &&
      status.request === undefined
    if (isOld && status.desired?.inputDigest === this.#inputDigest) {
      this.#say(`${this.name}: nothing to do, these inputs are ${status.attempted?.outcome ?? status.phase} already`)
      return true
    }
    if (status.message !== undefined && (status.rollout !== undefined || status.phase === 'Pending')) {
      this.#sayProgress(`${this.name}: ${showText(status.message, 200)}`)
    }
    return false
  }

  async #tellOutcome({ metadata, status = {} }: LiveRollout): Promise<boolean> {
    const { phase, message = '', reasons = [], durationMs = 0, recorded } = status
    if (recorded === undefined) return false
    const why = phase === 'Healthy' ? '' : `. ${showText(sentence(message), 300)}`
    this.#say(`${this.name}: ${phase} after ${formatDuration(durationMs)} (${metadata.name})${why}`)
    if (phase !== 'Held')
      for (const reason of reasons.slice(0, REASONS_SHOWN_MAX)) this.#print(`  ${showText(reason, 400)}`)
    for (const line of await this.#adviceFor(phase as RolloutOutcome)) this.#print(`  ${line}`)
    this.#print(`  recorded as ${shortCommit(recorded)} on pintle/status`)
    return true
  }

  async #adviceFor(outcome: RolloutOutcome): Promise<readonly string[]> {
    if (outcome === 'Degraded' || outcome === 'Failed') return [`go back with: pintle rollback ${this.name}`]
    if (outcome !== 'Held') return []
    const live = await readLive(this.#context.client, Application, { name: this.name })
    const { held } = live?.status ?? {}
    if (held === undefined) return []
    const shown = held.objects.slice(0, REASONS_SHOWN_MAX * 2).map(object => `would delete ${showText(object, 200)}`)
    const more = held.objects.length > shown.length ? [`... and ${held.objects.length - shown.length} more`] : []
    return [
      ...shown,
      ...more,
      `release exactly this list with: pintle approve ${this.name} ${held.digest.slice(0, 16)}`,
    ]
  }

  #sayProgress(line: string): void {
    const nowMs = this.#context.clock.monotonic()
    if (nowMs - this.#progressAtMs < PROGRESS_MS) return
    if (line !== this.#said) this.#progressAtMs = nowMs
    this.#say(line)
  }

  #say(line: string): void {
    if (line === this.#said) return
    this.#said = line
    this.#print(line)
  }
}

function sentence(text: string): string {
  if (text === '') return ''
  const first = text[0]!.toUpperCase() + text.slice(1)
  return /[.!?]$/.test(first) ? first : `${first}.`
}
