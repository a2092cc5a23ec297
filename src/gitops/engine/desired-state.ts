import type { KindRegistry } from '../../api/kind-registry.ts'
import type { ObjectId } from '../../git/git-repository.ts'
import type { Grants } from '../grants/grants.ts'
import { digestOf } from '../object/digest.ts'
import { dependencyProblems } from '../order/dependency-order.ts'
import type { PodRule } from '../policy/pod-rules.ts'
import type { Claims } from '../render/claims.ts'
import { resolveClaims } from '../render/claims.ts'
import { renderApplication } from '../render/render-application.ts'
import type { RenderedApplication } from '../render/rendered-application.ts'
import { SETTINGS_FILE } from '../source/application-settings.ts'
import type { SourceApplication } from '../source/source-application.ts'
import type { SourceProblem } from '../source/source-problem.ts'
import type { SourceTree } from '../source/source-reader.ts'

/** Everything one commit wants, judged by the rules in force. */
export interface DesiredState {
  readonly commit: ObjectId
  readonly applications: ReadonlyMap<string, RenderedApplication>
  readonly claims: Claims
  /** Trouble that belongs to no application. */
  readonly problems: readonly SourceProblem[]
  readonly rules: JudgeRules
  /** The commit holds no application at all. */
  readonly treeEmpty: boolean
}

/** Policies and grants in force: of the deployed commit, never of the one that is judged. */
export interface JudgeRules {
  readonly grants: Grants
  readonly podRules: readonly PodRule[]
  readonly digest: string
}

export function judgeRules(grants: Grants, podRules: readonly PodRule[]): JudgeRules {
  return { grants, podRules, digest: digestOf({ grants: [...grants], podRules }) }
}

/** Keeps what was rendered from one directory, under one set of rules and kinds. */
export class RenderCache {
  readonly #rendered = new Map<string, { source: SourceApplication; basis: string; result: RenderedApplication }>()

  render(source: SourceApplication, rules: JudgeRules, kinds: KindRegistry): RenderedApplication {
    const basis = `${rules.digest} ${kinds.generation}`
    const known = this.#rendered.get(source.name)
    if (known?.source === source && known.basis === basis) return known.result
    const result = renderApplication(source, { kinds, grants: rules.grants, podRules: rules.podRules })
    this.#rendered.set(source.name, { source, basis, result })
    return result
  }

  /** Forgets applications that are not among `names`. */
  retain(names: ReadonlySet<string>): void {
    for (const name of this.#rendered.keys()) if (!names.has(name)) this.#rendered.delete(name)
  }
}

/** Renders a whole commit. `holderOf` says which application has an object (by `refKey`) in the cluster. */
export function buildDesiredState(
  source: SourceTree,
  rules: JudgeRules,
  kinds: KindRegistry,
  holderOf: (key: string) => string | undefined,
  cache: RenderCache,
): DesiredState {
  const rendered = new Map<string, RenderedApplication>()
  for (const [name, application] of source.applications) rendered.set(name, cache.render(application, rules, kinds))
  const { applications, claims } = resolveClaims(rendered, holderOf)
  return {
    commit: source.commit,
    applications: withDependencyProblems(applications),
    claims,
    problems: source.problems,
    rules,
    treeEmpty: source.applications.size === 0,
  }
}

function withDependencyProblems(
  applications: ReadonlyMap<string, RenderedApplication>,
): ReadonlyMap<string, RenderedApplication> {
  const dependents = [...applications.values()].map(({ name, settings }) => ({
    name,
    dependsOn: settings.dependsOn,
    suspended: settings.suspended,
  }))
  const problems = dependencyProblems(dependents)
  if (problems.size === 0) return applications
  return new Map(
    [...applications].map(([name, application]) => {
      const message = problems.get(name)
      if (message === undefined) return [name, application]
      const problem = {
        path: `${application.path}/${SETTINGS_FILE}`,
        message: `${name} ${message}`,
        remedy: 'correct dependsOn',
      }
      return [name, { ...application, problems: [...application.problems, problem] }]
    }),
  )
}
