import type { LabelSelector, PodTemplateSpec } from '../../generated/types.ts'
import type { Column } from '../../kind.ts'
import type { KubeObject } from '../../object.ts'
import { wideColumn } from '../../table/column.ts'
import { showLabelSelector } from '../../table/show-label-selector.ts'

interface Workload extends KubeObject {
  readonly spec?: { readonly template?: PodTemplateSpec; readonly selector?: LabelSelector }
}

/** What `-o wide` adds to a workload's row. */
export const workloadWideColumns: readonly Column[] = [
  wideColumn<Workload>(
    'Containers',
    workload =>
      containersOf(workload)
        .map(({ name }) => name)
        .join(','),
    {
      description: 'Names of the containers of the template.',
    },
  ),
  wideColumn<Workload>(
    'Images',
    workload =>
      containersOf(workload)
        .map(({ image }) => image ?? '')
        .join(','),
    {
      description: 'Images of the containers of the template.',
    },
  ),
  wideColumn<Workload>('Selector', ({ spec }) => showLabelSelector(spec?.selector), {
    description: 'Which pods belong to it.',
  }),
]

function containersOf(workload: Workload) {
  return workload.spec?.template?.spec?.containers ?? []
}
