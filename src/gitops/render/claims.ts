import { formatRef } from '../object/object-ref.ts'
import { CLUSTER_APPLICATION } from '../source/source-application.ts'
import type { SourceProblem } from '../source/source-problem.ts'
import type { RenderedApplication, RenderedObject } from './rendered-application.ts'

/** Which application wants each object, by `refKey`. */
export type Claims = ReadonlyMap<string, string>

export interface ClaimedApplications {
  readonly applications: ReadonlyMap<string, RenderedApplication>
  readonly claims: Claims
}

interface Claim {
  readonly application: RenderedApplication
  readonly object: RenderedObject
}

/**
 * Gives each object to one application. Two that name the same object: the one that has it in the cluster keeps it, and
 * the other gets a problem; when neither has it, both do. A namespace that an application would make for itself gives
 * way to one that a file declares. Pure; `holderOf` says who has an object in the cluster.
 */
export function resolveClaims(
  rendered: ReadonlyMap<string, RenderedApplication>,
  holderOf: (key: string) => string | undefined,
): ClaimedApplications {
  const claimants = new Map<string, Claim[]>()
  for (const application of rendered.values()) {
    for (const object of application.objects) {
      const before = claimants.get(object.key)
      if (before === undefined) claimants.set(object.key, [{ application, object }])
      else before.push({ application, object })
    }
  }
  const claims = new Map<string, string>()
  const lost = new Map<string, { keys: Set<string>; problems: SourceProblem[] }>()
  for (const [key, contenders] of claimants) settle(key, contenders, holderOf(key), claims, lost)
  const applications = new Map<string, RenderedApplication>()
  for (const [name, application] of rendered) {
    const loss = lost.get(name)
    applications.set(name, loss === undefined ? application : withoutLost(application, loss))
  }
  return { applications, claims }
}

function settle(
  key: string,
  contenders: readonly Claim[],
  holder: string | undefined,
  claims: Map<string, string>,
  lost: Map<string, { keys: Set<string>; problems: SourceProblem[] }>,
): void {
  const declared = contenders.filter(({ object }) => object.line !== undefined)
  const serious = contenders.length > 1 && declared.length > 0 ? declared : contenders
  const clusterOnly = serious.find(({ application }) => application.name === CLUSTER_APPLICATION)
  const winner =
    serious.length === 1 ? serious[0] : (serious.find(({ application }) => application.name === holder) ?? undefined)
  if (winner !== undefined) claims.set(key, winner.application.name)
  for (const contender of contenders) {
    if (contender === winner) continue
    const loss = lost.get(contender.application.name) ?? { keys: new Set(), problems: [] }
    lost.set(contender.application.name, loss)
    loss.keys.add(key)
    const yields =
      contender.object.line === undefined && (winner ?? clusterOnly)?.application.name === CLUSTER_APPLICATION
    const other = (winner ?? serious.find(each => each !== contender) ?? contenders.find(each => each !== contender))!
    if (!yields) loss.problems.push(claimProblem(contender, other))
  }
}

function claimProblem({ object }: Claim, other: Claim): SourceProblem {
  const where = other.object.line === undefined ? other.object.path : `${other.object.path}:${other.object.line}`
  return {
    path: object.path,
    ...(object.line !== undefined && { line: object.line }),
    message: `${formatRef(object.ref)} belongs to application ${other.application.name} (${where})`,
    remedy:
      object.line === undefined ? 'name another namespace in application.yaml' : 'rename one of the two, or remove one',
  }
}

function withoutLost(
  application: RenderedApplication,
  loss: { readonly keys: ReadonlySet<string>; readonly problems: readonly SourceProblem[] },
): RenderedApplication {
  return {
    ...application,
    objects: application.objects.filter(object => !loss.keys.has(object.key)),
    problems: [...application.problems, ...loss.problems],
  }
}
