import type { ApplicationPhase, ApplicationStatus } from '../../api/kinds/gitops/application.ts'
import type { RolloutOutcome } from '../../api/kinds/gitops/rollout.ts'
import type { DeepReadonly } from '../../api/object.ts'
import type { LiveRollout } from '../engine/application-object.ts'

const PHASES: Readonly<Record<RolloutOutcome, ApplicationPhase>> = {
  Healthy: 'Healthy',
  Degraded: 'Degraded',
  RolledBack: 'RolledBack',
  Superseded: 'Progressing',
  Held: 'Held',
  Failed: 'Failed',
  Invalid: 'Invalid',
}

/** An application's status once a rollout has ended. Pure. */
export function statusAfter(
  status: DeepReadonly<ApplicationStatus>,
  rollout: LiveRollout,
  judgeDigest: string,
): DeepReadonly<ApplicationStatus> {
  const { rollout: _, request: __, ...rest } = status
  const { commit, inputDigest, number } = rollout.spec
  const outcome = (rollout.status?.phase ?? 'Superseded') as RolloutOutcome
  const state = { commit, inputDigest, rollout: number }
  const health =
    outcome === 'Healthy' || (outcome === 'Held' && status.applied?.rollout === number)
      ? 'Healthy'
      : outcome === 'Degraded'
        ? 'Degraded'
        : status.health
  return {
    ...rest,
    phase: PHASES[outcome],
    message: `${rollout.metadata.name}: ${rollout.status?.message ?? outcome}`,
    reasons: rollout.status?.reasons ?? [],
    ...(health !== undefined && { health }),
    lastRollout: Math.max(number, status.lastRollout ?? 0),
    ...(outcome !== 'Superseded' && { desired: { commit, inputDigest } }),
    attempted: { ...state, outcome, judgeDigest },
    ...(outcome === 'Failed' && { applied: state }),
    ...(outcome === 'Healthy' && { healthy: state }),
  }
}
