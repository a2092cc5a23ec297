import test from 'ava'
import { expandVariables } from '../../../../agents/node/environment/expand-variables.ts'

const variables = new Map([
  ['A', 'one'],
  ['B', '$(A)'],
])

for (const [text, expected] of [
  ['$(A)', 'one'],
  ['x$(A)y$(A)', 'xoneyone'],
  ['$(UNKNOWN)', '$(UNKNOWN)'],
  ['$$(A)', '$(A)'],
  ['$$$(A)', '$one'],
  ['$(B)', '$(A)'],
  ['$(', '$('],
  ['$A', '$A'],
  ['', ''],
] as const) {
  test(`${JSON.stringify(text)} becomes ${JSON.stringify(expected)}`, t => {
    t.is(expandVariables(text, variables), expected)
  })
}
