import test from 'ava'
import type { PodSpec } from '../../src/api/generated/types.ts'
import { podRequests } from '../../src/scheduler/resources.ts'

const asks = (cpu: string) => ({ resources: { requests: { cpu } } })

const table: readonly [why: string, spec: object, cpu: number | undefined][] = [
  ['nothing asked for', { containers: [{ name: 'a' }] }, undefined],
  ['containers add up', { containers: [asks('500m'), asks('1')] }, 1500],
  ['an init container runs alone', { initContainers: [asks('2')], containers: [asks('1')] }, 2000],
  ['the larger of both', { initContainers: [asks('1')], containers: [asks('1'), asks('1')] }, 2000],
  [
    'a sidecar runs beside the containers',
    { initContainers: [{ ...asks('300m'), restartPolicy: 'Always' }], containers: [asks('1')] },
    1300,
  ],
  [
    'and beside the init containers after it',
    { initContainers: [{ ...asks('300m'), restartPolicy: 'Always' }, asks('2')], containers: [asks('1')] },
    2300,
  ],
  [
    'but not before it',
    { initContainers: [asks('2'), { ...asks('300m'), restartPolicy: 'Always' }], containers: [asks('1')] },
    2000,
  ],
  ['overhead', { containers: [asks('1')], overhead: { cpu: '250m' } }, 1250],
  ['for the pod as a whole', { containers: [asks('1')], resources: { requests: { cpu: '3' } } }, 3000],
]

for (const [why, spec, cpu] of table) test(why, t => t.is(podRequests(spec as PodSpec)['cpu'], cpu))
