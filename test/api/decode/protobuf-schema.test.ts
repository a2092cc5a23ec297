import test from 'ava'
import { PROTOBUF_MESSAGES } from '../../../src/api/decode/protobuf-messages.ts'
import { protobufMessage, protobufMessageName } from '../../../src/api/decode/protobuf-schema.ts'

test('every message is read, and every message that a field names is there', t => {
  const names = PROTOBUF_MESSAGES.trim()
    .split('\n')
    .map(line => line.split(' ')[0]!)
  t.true(names.length > 600)
  for (const name of names) {
    for (const [number, field] of protobufMessage(name)!) {
      t.true(number > 0)
      if (field.type.startsWith('@')) t.truthy(protobufMessage(field.type.slice(1)), `${name}.${field.name}`)
    }
  }
})

test('kinds find their message by group', t => {
  t.is(protobufMessageName('v1', 'Pod'), 'core.v1.Pod')
  t.is(protobufMessageName('apps/v1', 'Deployment'), 'apps.v1.Deployment')
  t.is(protobufMessageName('rbac.authorization.k8s.io/v1', 'Role'), 'rbac.v1.Role')
  t.is(protobufMessageName('apps/v1', 'DeleteOptions'), 'meta.v1.DeleteOptions')
  t.is(protobufMessageName('apps.example.com/v1', 'Deployment'), undefined)
  t.is(protobufMessageName('v2', 'Pod'), undefined)
})
