import test from 'ava'
import { negotiateDiscovery, negotiateForm } from '../../src/server/negotiate.ts'

const KUBECTL_TABLE =
  'application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json'

const FORMS: readonly (readonly [accept: string | undefined, form: string])[] = [
  [undefined, 'object'],
  ['application/json, */*', 'object'],
  ['application/vnd.kubernetes.protobuf,application/json', 'object'],
  ['application/vnd.kubernetes.protobuf, */*', 'object'],
  [KUBECTL_TABLE, 'table v1'],
  ['application/json;g=meta.k8s.io;as=Table;v=v1beta1', 'table v1beta1'],
  ['application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1', 'metadata v1'],
  ['application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json', 'metadata v1'],
  ['application/json;as=Unheard;g=meta.k8s.io;v=v1,application/json', 'object'],
]

for (const [accept, form] of FORMS)
  test(`Accept ${accept} is answered as ${form}`, t => {
    const answer = negotiateForm(accept)
    t.is(answer.type === 'object' ? answer.type : `${answer.type} ${answer.version}`, form)
  })

for (const accept of ['text/xml', 'application/vnd.kubernetes.protobuf', 'application/json;as=Table;g=other;v=v1'])
  test(`Accept ${accept} is refused with 406`, t => {
    t.like(
      t.throws(() => negotiateForm(accept)),
      { code: 406, reason: 'NotAcceptable' },
    )
  })

const DISCOVERY: readonly (readonly [accept: string, form: string])[] = [
  [
    'application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList,application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json',
    'v2',
  ],
  ['application/json;as=APIGroupDiscoveryList;v=v2beta1;g=apidiscovery.k8s.io,application/json', 'v2beta1'],
  ['application/json', 'plain'],
  ['*/*', 'plain'],
]

for (const [accept, form] of DISCOVERY)
  test(`discovery for ${accept} is ${form}`, t => {
    t.is(negotiateDiscovery(accept), form as never)
  })
