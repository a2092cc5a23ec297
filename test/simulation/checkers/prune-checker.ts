import type { Kind } from '../../../src/api/kind.ts'
import type { ObjectKey } from '../../../src/api/object.ts'
import type { RepositoryModel } from '../actors/repository-model.ts'
import { Violation } from '../world/violation.ts'

/** Judges each delete of the sync engine: nothing that Git still has, that could not be read, or that was never ours. */
export class PruneChecker {
  readonly #model: RepositoryModel
  readonly #report: (violation: Violation) => void

  constructor(model: RepositoryModel, report: (violation: Violation) => void) {
    this.#model = model
    this.#report = report
  }

  onEngineDelete(kind: Kind, { namespace, name }: ObjectKey): void {
    if (kind.plural !== 'deployments' && kind.plural !== 'configmaps') return
    const object = `${kind.plural} ${namespace}/${name}`
    const application = namespace ?? ''
    const states = this.#model.snapshots.map(({ wanted }) => {
      const objects = wanted.get(application)
      return objects === 'unreadable' ? 'unreadable' : objects?.has(object) ? 'wanted' : 'absent'
    })
    const first = states.indexOf('wanted')
    if (first < 0) this.#fail(object, 'it was never in Git')
    else if (!states.slice(first).includes('absent')) {
      this.#fail(
        object,
        states.at(-1) === 'unreadable' ? 'its application cannot be read' : 'Git never stopped wanting it',
      )
    }
  }

  #fail(object: string, why: string): void {
    this.#report(
      new Violation(
        'nothing is pruned that Git still has, that cannot be read, or that was never ours',
        `${object}: ${why}`,
      ),
    )
  }
}
