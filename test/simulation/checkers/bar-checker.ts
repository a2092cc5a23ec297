import type { Application } from '../../../src/api/kinds/gitops/application.ts'
import type { Rollout } from '../../../src/api/kinds/gitops/rollout.ts'
import { Violation } from '../world/violation.ts'
import type { VisibleChange } from './store-checker.ts'
import { storedObject } from './stored-object.ts'

const APPLICATIONS = '/pintle/gitops.pintle.dev/applications/'
const ROLLOUTS = '/pintle/gitops.pintle.dev/rollouts/'

/** What was rolled back stays out: no rollout begins to apply inputs that are barred for its application. */
export class BarChecker {
  readonly #report: (violation: Violation) => void
  /** Input digests, by application. */
  readonly #barred = new Map<string, ReadonlySet<string>>()

  constructor(report: (violation: Violation) => void) {
    this.#report = report
  }

  forget(): void {
    this.#barred.clear()
  }

  see({ key, before, after }: VisibleChange): void {
    if (key.startsWith(APPLICATIONS)) {
      const application = storedObject(after) as Application | undefined
      const digests = application?.status?.barred?.map(bar => bar.inputDigest) ?? []
      this.#barred.set(key.slice(APPLICATIONS.length), new Set(digests))
    } else if (key.startsWith(ROLLOUTS)) {
      this.#seeRollout(storedObject(before) as Rollout | undefined, storedObject(after) as Rollout | undefined)
    }
  }

  #seeRollout(before: Rollout | undefined, after: Rollout | undefined): void {
    if (after?.status?.phase !== 'Applying' || before?.status?.phase === 'Applying') return
    const { application, inputDigest, cause } = after.spec
    if (!this.#barred.get(application)?.has(inputDigest)) return
    const how = `${after.metadata.name} (${cause}) applies inputs that are barred for ${application}`
    this.#report(new Violation('the engine never redoes what was rolled back', how))
  }
}
