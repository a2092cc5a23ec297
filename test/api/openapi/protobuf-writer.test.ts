import test from 'ava'
import { MessageWriter } from '../../../src/api/openapi/protobuf-writer.ts'

const hex = (writer: MessageWriter) => Buffer.from(writer.finish()).toString('hex')

test('texts, flags and messages are written as the encoding guide says', t => {
  // The guide's own example of a length-delimited field: number 2, "testing".
  t.is(hex(new MessageWriter().text(2, 'testing')), '120774657374696e67')
  t.is(hex(new MessageWriter().flag(1, true)), '0801')
  t.is(hex(new MessageWriter().message(3, new MessageWriter().flag(1, true))), '1a020801')
  t.is(hex(new MessageWriter().texts(1, ['a', 'b'])), '0a01610a0162')
})

test('fields above 15 and lengths above 127 take two bytes', t => {
  t.is(hex(new MessageWriter().text(31, 'a')), 'fa010161')
  t.true(hex(new MessageWriter().text(1, 'x'.repeat(300))).startsWith('0aac02'))
})

test('what is empty is left out, except a message', t => {
  t.is(hex(new MessageWriter().text(1, '').text(2, undefined).flag(3, false).texts(4, []).message(5, undefined)), '')
  t.is(hex(new MessageWriter().message(25, new MessageWriter())), 'ca0100')
})
