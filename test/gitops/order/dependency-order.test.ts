import test from 'ava'
import { dependencyProblems } from '../../../src/gitops/order/dependency-order.ts'

const app = (name: string, dependsOn: readonly string[] = [], suspended = false) => ({ name, dependsOn, suspended })

test('says what is missing, suspended or a cycle, of the applications concerned only', t => {
  const problems = dependencyProblems([
    app('a', ['b']),
    app('b', ['c']),
    app('c', ['a']),
    app('d', ['a']),
    app('e', ['nobody']),
    app('f', ['g']),
    app('g', [], true),
    app('h', ['g2']),
    app('g2'),
  ])
  t.deepEqual(Object.fromEntries(problems), {
    a: 'is in a cycle of dependsOn: a -> b -> c -> a',
    b: 'is in a cycle of dependsOn: b -> c -> a -> b',
    c: 'is in a cycle of dependsOn: c -> a -> b -> c',
    e: 'depends on nobody, which is not in the repository',
    f: 'depends on g, which is suspended',
  })
})
