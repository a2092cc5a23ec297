import test from 'ava'
import fc from 'fast-check'
import {
  addQuantities,
  canonicalQuantity,
  compareQuantities,
  formatQuantity,
  parseQuantity,
  quantityMilliValue,
  quantityValue,
  subtractQuantities,
  toMilliValue,
  toValue,
} from '../../../src/api/scalars/quantity.ts'

const canonical: [string | number, string][] = [
  ['0', '0'],
  ['0Ki', '0'],
  ['-0', '0'],
  ['1', '1'],
  ['+5', '5'],
  ['007', '7'],
  ['1000', '1k'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.5', '500m'],
  ['.5', '500m'],
  ['5.', '5'],
  ['0.1', '100m'],
  ['100m', '100m'],
  ['1.1', '1100m'],
  ['0.0000000001', '1n'],
  ['0.1n', '1n'],
  ['-0.1n', '-1n'],
  ['1u', '1u'],
  ['1000u', '1m'],
  ['1Ki', '1Ki'],
  ['1024', '1024'],
  ['1024Ki', '1Mi'],
  ['1.5Gi', '1536Mi'],
  ['0.5Gi', '512Mi'],
  ['0.5Ki', '512'],
  ['0.0001Ki', '102400u'],
  ['1.1Ki', '1126400m'],
  ['100Ei', '9223372036854775807'],
  ['7Ei', '7Ei'],
  ['1024Mi', '1Gi'],
  ['-1Ki', '-1Ki'],
  ['-512Mi', '-512Mi'],
  ['128974848', '128974848'],
  ['129e6', '129e6'],
  ['129M', '129M'],
  ['123Mi', '123Mi'],
  ['1E', '1E'],
  ['1E3', '1e3'],
  ['1e3', '1e3'],
  ['12e0', '12'],
  ['1e-3', '1e-3'],
  ['1e1', '10'],
  ['1e4', '10e3'],
  ['1000E', '1e21'],
  ['12345678901234567890', '12345678901234567890'],
  [' 1 ', '1'],
  [1, '1'],
  [0.1, '100m'],
  [1_000_000, '1M'],
  [1e21, '1e21'],
]

for (const [input, expected] of canonical) {
  test(`${JSON.stringify(input)} is stored as ${expected}`, t => {
    t.is(canonicalQuantity(input), expected)
    t.is(canonicalQuantity(expected), expected)
  })
}

for (const input of [
  '',
  '.',
  '-',
  'Ki',
  '1KI',
  '1 Gi',
  '1Gi1',
  '1e',
  '1e+',
  '0x10',
  'NaN',
  '1,5',
  '1i',
  '１',
  '1e64',
]) {
  test(`${JSON.stringify(input)} is refused`, t => {
    const error = t.throws(() => canonicalQuantity(input), { name: 'QuantityError' })
    t.regex(error?.message ?? '', /quantity/)
  })
}

test('a text of a megabyte, a huge exponent and numbers that are none are refused', t => {
  for (const input of ['1'.repeat(1_000_000), '1e999999999', Number.NaN, Number.POSITIVE_INFINITY]) {
    t.throws(() => canonicalQuantity(input), { name: 'QuantityError' })
  }
})

test('values are rounded away from zero', t => {
  t.is(quantityValue('1.5Gi'), 1_610_612_736)
  t.is(quantityValue('100m'), 1)
  t.is(quantityValue('-100m'), -1)
  t.is(quantityMilliValue('0.25'), 250)
  t.is(quantityMilliValue('1u'), 1)
  t.is(quantityMilliValue('2'), 2000)
})

test('large amounts are exact as big integers', t => {
  t.is(toValue(parseQuantity('12345678901234567890123')), 12345678901234567890123n)
  t.is(toMilliValue(parseQuantity('12345678901234567890.0001')), 12345678901234567890001n)
})

test('sums keep the format of the left side, unless it is zero', t => {
  t.is(formatQuantity(addQuantities(parseQuantity('1Gi'), parseQuantity('512Mi'))), '1536Mi')
  t.is(formatQuantity(addQuantities(parseQuantity('0'), parseQuantity('512Mi'))), '512Mi')
  t.is(formatQuantity(subtractQuantities(parseQuantity('1'), parseQuantity('250m'))), '750m')
  t.is(formatQuantity(subtractQuantities(parseQuantity('1'), parseQuantity('1'))), '0')
})

const quantityText = fc
  .tuple(
    fc.constantFrom('', '-', '+'),
    fc.nat({ max: 10 ** 9 }),
    fc.option(fc.nat({ max: 999_999 })),
    fc.constantFrom('', 'n', 'u', 'm', 'k', 'M', 'G', 'T', 'Ki', 'Mi', 'Gi', 'Ti', 'e3', 'E-2', 'e+6'),
  )
  .map(([sign, whole, fraction, suffix]) => `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${suffix}`)

test('printing loses nothing and is a fixed point', t => {
  fc.assert(
    fc.property(quantityText, text => {
      const printed = canonicalQuantity(text)
      t.is(parseQuantity(printed).nano, parseQuantity(text).nano)
      t.is(canonicalQuantity(printed), printed)
    }),
  )
})

test('comparing agrees with subtracting', t => {
  fc.assert(
    fc.property(quantityText, quantityText, (left, right) => {
      const [a, b] = [parseQuantity(left), parseQuantity(right)]
      const difference = subtractQuantities(a, b).nano
      t.is(compareQuantities(a, b), difference === 0n ? 0 : difference < 0n ? -1 : 1)
      t.is(addQuantities(subtractQuantities(a, b), b).nano, a.nano)
    }),
  )
})
