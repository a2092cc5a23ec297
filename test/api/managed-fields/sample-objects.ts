import fc from 'fast-check'
import type { KubeObject } from '../../../src/api/object.ts'

const few = (...values: string[]) => fc.constantFrom(...values)
const optional = <T>(value: fc.Arbitrary<T>) => fc.option(value, { nil: undefined })
const members = (model: Record<string, fc.Arbitrary<unknown>>) => fc.record(model, { requiredKeys: [] })
const textMap = fc.dictionary(few('a', 'b', '__proto__'), few('1', '2'), { maxKeys: 3 })

const container = fc.record({ name: few('x', 'y', 'z') }).chain(named =>
  members({
    image: few('1', '2'),
    command: fc.array(few('p', 'q'), { maxLength: 2 }),
    env: fc.uniqueArray(fc.record({ name: few('E', 'F'), value: few('1', '2') }), { selector: each => each.name }),
    ports: fc
      .uniqueArray(members({ port: fc.constant(80), name: few('h') }), { maxLength: 1 })
      .map(ports => ports.map(each => ({ port: 80, ...each }))),
    limits: fc.dictionary(few('cpu', 'memory'), few('1', '1000m', '2Gi')),
  }).map(rest => ({ ...named, ...rest })),
)

const spec = members({
  replicas: fc.nat(3),
  paused: fc.boolean(),
  selector: fc.record({ matchLabels: textMap }),
  strategy: members({ type: few('A', 'B'), surge: fc.nat(2) }),
  containers: fc.uniqueArray(container, { selector: each => each.name, maxLength: 3 }),
  raw: fc.dictionary(few('k', 'l'), fc.oneof(fc.nat(2), fc.array(fc.nat(2), { maxLength: 2 }))),
})

/** Objects of the sample kind, alike enough to meet one another. */
export const sampleObject: fc.Arbitrary<KubeObject> = fc
  .record({
    labels: optional(textMap),
    finalizers: optional(fc.uniqueArray(few('f/a', 'f/b'))),
    spec: optional(spec),
  })
  .map(({ labels, finalizers, spec: wanted }) => {
    const metadata = { name: 'a', ...(labels && { labels }), ...(finalizers && { finalizers }) }
    return { apiVersion: 'v1', kind: 'Sample', metadata, ...(wanted && { spec: wanted }) } as KubeObject
  })
