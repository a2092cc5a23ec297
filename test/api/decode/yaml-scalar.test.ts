import test from 'ava'
import { resolvePlainScalar } from '../../../src/api/decode/yaml-scalar.ts'

const values: [string, unknown][] = [
  ['', null],
  ['~', null],
  ['Null', null],
  ['true', true],
  ['FALSE', false],
  ['tRue', 'tRue'],
  ['12', 12],
  ['-12', -12],
  ['+12', 12],
  ['0', 0],
  ['-0', 0],
  ['0644', 420],
  ['0o644', 420],
  ['-010', -8],
  ['0x1F', 31],
  ['0b101', 5],
  ['0X1F', 31],
  ['0B11', 3],
  ['0O17', 15],
  ['1.10', 1.1],
  ['1e3', 1000],
  ['.5', 0.5],
  ['5.', 5],
  ['1.2.3', '1.2.3'],
  ['10.0.0.1', '10.0.0.1'],
  ['1:30', '1:30'],
  ['80:8080', '80:8080'],
  ['2026-11-20', '2026-11-20'],
  ['2026-11-20T10:00:00Z', '2026-11-20T10:00:00Z'],
  ['128Mi', '128Mi'],
  ['500m', '500m'],
  ['25%', '25%'],
  ['-', '-'],
  ['.', '.'],
  ['--flag', '--flag'],
  ['1e', '1e'],
  ['0x', '0x'],
  ['0xZZ', '0xZZ'],
  ['a_b', 'a_b'],
  ['1_a', '1_a'],
  ['NaN', 'NaN'],
  ['Infinity', 'Infinity'],
  ['yess', 'yess'],
  ['nginx:1.7.9', 'nginx:1.7.9'],
]

for (const [text, value] of values) {
  test(`${JSON.stringify(text)} is ${JSON.stringify(value)}`, t =>
    t.deepEqual(resolvePlainScalar(text), { value } as never))
}

const refused: [string, RegExp][] = [
  [
    'yes',
    /^yes is a boolean to some readers of YAML and a text to others; write true or false; write "yes" in quotes if/,
  ],
  ['No', /a boolean to some/],
  ['on', /a boolean to some/],
  ['OFF', /a boolean to some/],
  ['y', /a boolean to some/],
  ['N', /a boolean to some/],
  ['089', /neither an octal number nor a decimal one/],
  ['9007199254740992', /beyond ±9007199254740991/],
  ['0xffffffffffffffff', /beyond/],
  ['1'.repeat(60), /^this is a whole number beyond ±9007199254740991; put it in quotes/],
  ['12e5678', /out of range/],
  ['.inf', /not a number that an object can hold/],
  ['-.INF', /not a number/],
  ['.NaN', /not a number/],
  ['1_000', /a number to some readers/],
  ['.1_1', /a number to some readers/],
  ['0x_1F', /a number to some readers/],
]

for (const [text, message] of refused) {
  test(`${text.slice(0, 30)} is refused`, t => {
    const scalar = resolvePlainScalar(text)
    t.regex('refused' in scalar ? scalar.refused : '', message)
  })
}
