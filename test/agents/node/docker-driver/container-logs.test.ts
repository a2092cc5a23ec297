import test from 'ava'
import { LogParser } from '../../../../agents/node/docker-driver/container-logs.ts'
import type { LogLine } from '../../../../agents/node/runtime-driver.ts'

const TIME = '2026-01-02T03:04:05.678900000Z'
const TIME_MS = Date.parse('2026-01-02T03:04:05.678Z')

function frame(stream: 1 | 2, text: string): Buffer {
  const header = Buffer.alloc(8)
  header[0] = stream
  header.writeUInt32BE(Buffer.byteLength(text), 4)
  return Buffer.concat([header, Buffer.from(text)])
}

function show(lines: Iterable<LogLine>): string[] {
  return [...lines].map(({ stream, timeMs, bytes }) => `${stream} ${timeMs} ${Buffer.from(bytes).toString()}`)
}

test('frames are put together wherever they were cut', t => {
  const bytes = Buffer.concat([
    frame(1, `${TIME} one\n`),
    frame(2, `${TIME} oops\n${TIME} tw`),
    frame(1, `${TIME} without end`),
    frame(2, 'o\n'),
  ])
  const expected = [
    `stdout ${TIME_MS} one`,
    `stderr ${TIME_MS} oops`,
    `stderr ${TIME_MS} two`,
    `stdout ${TIME_MS} without end`,
  ]
  for (const size of [1, 3, 7, 8, 9, 1_000]) {
    const parser = new LogParser(false)
    const lines: string[] = []
    for (let at = 0; at < bytes.length; at += size) lines.push(...show(parser.push(bytes.subarray(at, at + size))))
    lines.push(...show(parser.end()))
    t.deepEqual(lines, expected, `in pieces of ${size}`)
  }
})

test('a terminal has no frames, and a line without a time is shown as it is', t => {
  const parser = new LogParser(true)
  t.deepEqual(show(parser.push(Buffer.from(`${TIME} hello\nno time\n`))), [
    `stdout ${TIME_MS} hello`,
    'stdout 0 no time',
  ])
})

test('a line without end is given out in parts', t => {
  const parser = new LogParser(false)
  const lines = [...parser.push(frame(1, `${TIME} ${'x'.repeat(100_000)}`))]
  t.is(lines.length, 1)
  t.is(lines[0]?.bytes.length, 100_000)
})
