import test from 'ava'
import { formatDefinitions, formatDescriptions } from '../../../src/cli/generate/format-definitions.ts'
import { formatTypes } from '../../../src/cli/generate/format-types.ts'
import { readModels } from '../../../src/cli/generate/read-models.ts'

const MODELS = `${import.meta.dirname}/../../../node_modules/@kubernetes/client-node/dist/gen/models`
const definitions = await readModels(MODELS)
const byName = new Map(definitions.map(definition => [definition.name, definition]))
const fieldOf = (definition: string, field: string) => byName.get(definition)?.fields.find(({ name }) => name === field)

test('every model has the name that Kubernetes gives it, once', t => {
  t.is(byName.size, definitions.length)
  t.true(definitions.length > 700)
  for (const name of [
    'io.k8s.api.core.v1.Pod',
    'io.k8s.api.core.v1.Event',
    'io.k8s.api.events.v1.Event',
    'io.k8s.api.autoscaling.v2.HorizontalPodAutoscaler',
    'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.CustomResourceDefinition',
    'io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
    'io.k8s.apimachinery.pkg.version.Info',
  ]) {
    t.true(byName.has(name), name)
  }
})

test('types, required marks and texts are read', t => {
  t.like(fieldOf('io.k8s.api.core.v1.PodSpec', 'containers'), {
    type: '[]io.k8s.api.core.v1.Container',
    required: true,
  })
  t.like(fieldOf('io.k8s.api.core.v1.PodSpec', 'overhead'), { type: '{}quantity', required: false })
  t.regex(fieldOf('io.k8s.api.core.v1.PodSpec', 'dnsPolicy')?.description ?? '', /^Set DNS policy .* "ClusterFirst"/)
  const props = 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps'
  for (const field of ['$ref', 'default', 'enum', 'x-kubernetes-int-or-string']) t.truthy(fieldOf(props, field), field)
})

test('what is written is one line for each definition, and an interface', t => {
  const pod = byName.get('io.k8s.api.core.v1.Pod')!
  t.regex(
    formatDefinitions([pod]),
    /"io.k8s.api.core.v1.Pod": "apiVersion:string kind:string metadata:io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta spec:io.k8s.api.core.v1.PodSpec status:io.k8s.api.core.v1.PodStatus",\n/,
  )
  t.regex(formatDescriptions([pod]), /"io.k8s.api.core.v1.Pod": \{"":"Pod is a collection/)
  const types = formatTypes(definitions)
  t.regex(types, /\nexport interface Pod extends KubeObject \{\n {2}spec\?: PodSpec\n {2}status\?: PodStatus\n\}/)
  t.regex(types, /\n {2}targetPort\?: number \| string\n/)
  t.notRegex(types, /interface ObjectMeta /)
})
