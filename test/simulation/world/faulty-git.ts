import type { GitRepository, ObjectId } from '../../../src/git/git-repository.ts'
import type { SimulatedProcess } from './simulated-process.ts'

const ASYNC_METHODS = new Set<PropertyKey>([
  'readRef',
  'listRefs',
  'updateRefs',
  'readCommit',
  'readTree',
  'readBlob',
  'writeBlob',
  'writeTree',
  'writeCommit',
  'isAncestor',
  'history',
])

const READS = new Set<PropertyKey>(['readCommit', 'readTree', 'readBlob'])

/**
 * A repository as one simulated process sees it. `between` runs before every call: the place where a person's push can
 * come in between any two calls of the engine.
 */
export function faultyGit(
  git: GitRepository,
  process: SimulatedProcess,
  { between, isCorrupt }: { readonly between: () => Promise<void>; readonly isCorrupt: (id: ObjectId) => boolean },
): GitRepository {
  return new Proxy(git, {
    get(target, property) {
      const value = Reflect.get(target, property, target)
      if (typeof value !== 'function') return value
      if (property === 'onRefsChanged') {
        return (listener: () => void) => target.onRefsChanged(process.guard(listener))
      }
      if (!ASYNC_METHODS.has(property)) return value.bind(target)
      return async (...args: unknown[]) => {
        await between()
        if (READS.has(property) && isCorrupt(args[0] as ObjectId)) throw new Error(`object ${args[0]} is corrupt`)
        return process.effect(`git ${String(property)} ${describe(args)}`, () => value.apply(target, args))
      }
    },
  })
}

function describe(args: readonly unknown[]): string {
  const [first] = args
  if (typeof first === 'string') return first.slice(0, 60)
  if (Array.isArray(first)) {
    return first
      .map(each => (each as { ref?: string; name?: string }).ref ?? (each as { name?: string }).name ?? '')
      .join(' ')
      .slice(0, 120)
  }
  return ''
}
