import test from 'ava'
import { printableText } from '../../src/git/printable-text.ts'

test('nothing can act on a terminal or hide in it', t => {
  t.is(printableText('a\u001b[31mred\u0007\r\n\u009b'), 'a\\x1b[31mred\\x07\\x0d\\x0a\\x9b')
  t.is(printableText('user\u202etxt.exe\u200b'), 'user\\u202etxt.exe\\u200b')
  t.is(printableText('Grüße, 世界 🎉\ttab'), 'Grüße, 世界 🎉\ttab')
  t.is(printableText('x'.repeat(50), 10), `${'x'.repeat(9)}…`)
})
