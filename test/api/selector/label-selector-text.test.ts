import test from 'ava'
import fc from 'fast-check'
import { formatLabelSelector, parseLabelSelector } from '../../../src/api/selector/label-selector-text.ts'

const web = { app: 'web', tier: 'front', size: '12', 'example.com/zone': 'a', empty: '' }

const cases: [string, boolean][] = [
  ['', true],
  ['  ', true],
  ['app=web', true],
  ['app==web', true],
  [' app = web , tier = front ', true],
  ['app=api', false],
  ['app!=api', true],
  ['missing!=x', true],
  ['app!=web', false],
  ['app in (api,web)', true],
  ['app in(api, web)', true],
  ['app in (api)', false],
  ['app notin (api)', true],
  ['missing notin (api)', true],
  ['app notin (web,api)', false],
  ['app', true],
  ['missing', false],
  ['!missing', true],
  ['! app', false],
  ['empty=', true],
  ['empty in (,x)', true],
  ['app=', false],
  ['size>3', true],
  ['size<3', false],
  ['app>3', false],
  ['example.com/zone=a,app', true],
  ['in in (in)', false],
  ['constructor', false],
]

for (const [selector, expected] of cases) {
  test(`${JSON.stringify(selector)} ${expected ? 'selects' : 'does not select'} the labels`, t => {
    const matcher = parseLabelSelector(selector)
    t.is(matcher.matches(web), expected)
    const printed = formatLabelSelector(matcher) ?? ''
    t.is(parseLabelSelector(printed).matches(web), expected)
    t.is(formatLabelSelector(parseLabelSelector(printed)), printed)
  })
}

const refused: [string, RegExp][] = [
  ['a b', /found 'b', expected in, notin, =/],
  ['app in web', /found 'web', expected '\('/],
  ['app in (web', /found the end, expected ',' or '\)'.*character 12/],
  ['app=web,', /expected a label key or '!'/],
  [',app', /expected a label key/],
  ['app=web=api', /found '=', expected ',' or the end/],
  ['=web', /expected a label key/],
  ['app=(web)', /found '\(', expected a value/],
  ['-app', /key "-app": name part must consist/],
  ['app=web!', /found '!'/],
  ['app=a_', /value "a_" for key app: a valid label/],
  ['a/b/c', /key "a\/b\/c"/],
  ['/b', /prefix part must be non-empty/],
  ['size>x', /must be an integer/],
  [`app=${'x'.repeat(64)}`, /no more than 63/],
  [`a${',a'.repeat(1_000)}`, /more than 1000 conditions/],
  ['a'.repeat(100_001), /more than 100000 characters/],
]

for (const [selector, message] of refused) {
  test(`${JSON.stringify(selector.slice(0, 40))} is a bad request`, t => {
    t.throws(() => parseLabelSelector(selector), { name: 'ApiError', message })
  })
}

test('objects without labels are selected by conditions that need none', t => {
  t.true(parseLabelSelector('!app,tier!=x').matches(undefined))
  t.false(parseLabelSelector('app').matches(undefined))
  t.true(parseLabelSelector('').matchesEverything)
})

test('no text makes the parser do anything but match or refuse', t => {
  const pieces = fc.constantFrom('app', 'in', 'notin', '=', '==', '!=', '!', '(', ')', ',', ' ', '<', '>', '7', 'Ä')
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), parts => {
      const text = parts.join('')
      try {
        const printed = formatLabelSelector(parseLabelSelector(text)) ?? ''
        t.is(parseLabelSelector(printed).matches(web), parseLabelSelector(text).matches(web))
      } catch (error) {
        t.is((error as Error).name, 'ApiError')
      }
    }),
  )
})
