import { execFileSync } from 'node:child_process'
import test from 'ava'
import fc from 'fast-check'
import { findTrailer, formatTrailers, parseTrailers } from '../../src/git/trailers.ts'

test('trailers are read as git interpret-trailers reads them', t => {
  const message = formatTrailers('Roll out hello\n\nTwo objects changed.\n', [
    ['Application', 'hello'],
    ['Pushed-By', 'system:node:x\nRollback-Of: 3'],
    ['Outcome', 'Healthy'],
  ])
  const git = execFileSync('git', ['interpret-trailers', '--parse'], { input: message }).toString()
  t.is(git, 'Application: hello\nPushed-By: system:node:x Rollback-Of: 3\nOutcome: Healthy\n')
  t.deepEqual(
    parseTrailers(message).map(([token, value]) => `${token}: ${value}\n`),
    git
      .trimEnd()
      .split('\n')
      .map(line => `${line}\n`),
  )
  t.is(findTrailer(parseTrailers(message), 'outcome'), 'Healthy')
})

test('more trailers join those that are there', t => {
  const message = formatTrailers('Title\n\nReviewed-by: Ada\n', [['Outcome', 'Held']])
  t.is(message, 'Title\n\nReviewed-by: Ada\nOutcome: Held\n')
})

test('a title, or a paragraph with other lines, holds no trailers', t => {
  t.deepEqual(parseTrailers('fix: something'), [])
  t.deepEqual(parseTrailers('Title\n\nNote: this\nis prose'), [])
  t.deepEqual(parseTrailers('Title\r\n\r\nOutcome: Healthy\r\n  indeed\r\n'), [['Outcome', 'Healthy indeed']])
  t.throws(() => formatTrailers('Title', [['No colon:', 'x']]), { instanceOf: RangeError })
})

test('what was formatted is parsed again', t => {
  const token = fc.stringMatching(/^[A-Za-z0-9-]{1,10}$/)
  const value = fc.string({ unit: 'binary', maxLength: 40 })
  fc.assert(
    fc.property(fc.array(fc.tuple(token, value), { minLength: 1, maxLength: 5 }), trailers => {
      const parsed = parseTrailers(formatTrailers('Title', trailers))
      t.deepEqual(
        parsed.map(([name]) => name),
        trailers.map(([name]) => name),
      )
    }),
  )
})
