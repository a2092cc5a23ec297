import { Violation } from '../world/violation.ts'
import type { VisibleChange } from './store-checker.ts'
import { storedObject } from './stored-object.ts'

const CONFIG_MAPS = '/pintle/core/configmaps/'
const NAMESPACES = '/pintle/core/namespaces/'

/** Objects that people made live in a managed namespace: while the namespace is there nobody deletes them. */
export class StrangerChecker {
  readonly #report: (violation: Violation) => void
  readonly #terminating = new Set<string>()

  constructor(report: (violation: Violation) => void) {
    this.#report = report
  }

  see({ key, after }: VisibleChange): void {
    if (key.startsWith(NAMESPACES)) {
      const name = key.slice(NAMESPACES.length)
      if (after === undefined || storedObject(after)?.metadata.deletionTimestamp === undefined) {
        this.#terminating.delete(name)
      } else this.#terminating.add(name)
    }
    if (!key.startsWith(CONFIG_MAPS) || after !== undefined) return
    const [namespace = '', name = ''] = key.slice(CONFIG_MAPS.length).split('/')
    if (!isStranger(name) || this.#terminating.has(namespace)) return
    this.#report(new Violation('what was never ours is never deleted', `configmaps ${namespace}/${name} is gone`))
  }
}

/** Made by a person, never in Git. */
export function isStranger(name: string): boolean {
  return name.startsWith('mine-')
}
