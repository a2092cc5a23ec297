import { appendFileSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { ContainerLog } from '../../../../agents/node/process-driver/container-log.ts'

function open(bytesMax?: number) {
  const directory = mkdtempSync(join(tmpdir(), 'pintle-log-'))
  const write = (stream: 'stdout' | 'stderr', text: string) => appendFileSync(join(directory, stream), text)
  const log = () => new ContainerLog(directory, bytesMax)
  return { directory, write, log, close: () => rmSync(directory, { recursive: true }) }
}

async function read(log: ContainerLog, options: { tailLines?: number; sinceMs?: number } = {}): Promise<string[]> {
  const lines: string[] = []
  for await (const line of log.lines({ follow: false, ...options }, new AbortController().signal)) {
    lines.push(`${line.stream} ${new TextDecoder().decode(line.bytes)}`)
  }
  return lines
}

test('lines come in the order they were seen, of both streams', async t => {
  const { write, log, close } = open()
  const own = log()
  write('stdout', 'one\ntwo\nhal')
  own.refresh(Date.now(), false)
  write('stderr', 'oops\n')
  own.refresh(Date.now(), false)
  write('stdout', 'f\n')
  own.refresh(Date.now(), false)
  const all = ['stdout one', 'stdout two', 'stderr oops', 'stdout half']
  t.deepEqual(await read(own), all)
  t.deepEqual(await read(own, { tailLines: 2 }), all.slice(2))
  t.deepEqual(await read(own, { tailLines: 0 }), [])
  t.deepEqual(await read(own, { sinceMs: Date.now() + 60_000 }), [])
  close()
})

test('what came while nobody looked is not lost, and nothing comes twice', async t => {
  const { write, log, close } = open()
  const first = log()
  write('stdout', 'one\n')
  first.refresh(Date.now(), false)
  write('stdout', 'two\n')
  const second = log()
  second.refresh(Date.now(), false)
  write('stdout', 'last without newline')
  second.refresh(Date.now(), true)
  t.deepEqual(await read(second), ['stdout one', 'stdout two', 'stdout last without newline'])
  close()
})

test('following ends with the container', async t => {
  const { write, log, close } = open()
  const own = log()
  write('stdout', 'one\n')
  own.refresh(Date.now(), false)
  const lines: string[] = []
  const followed = (async () => {
    for await (const line of own.lines({ follow: true }, new AbortController().signal)) {
      lines.push(new TextDecoder().decode(line.bytes))
    }
  })()
  await new Promise(resolve => setTimeout(resolve, 20))
  write('stdout', 'two\n')
  own.refresh(Date.now(), false)
  await new Promise(resolve => setTimeout(resolve, 20))
  own.refresh(Date.now(), true)
  await followed
  t.deepEqual(lines, ['one', 'two'])
  close()
})

test('the oldest bytes give way: the newest lines stay, the disk is given back', async t => {
  const { directory, write, log, close } = open(100_000)
  const own = log()
  for (let batch = 0; batch < 40; batch++) {
    write('stdout', `${String(batch).padStart(3, '0')} ${'x'.repeat(9_995)}\n`)
    own.refresh(Date.now(), false)
  }
  const endMs = performance.now() + 5_000
  const usedBytes = () => statSync(join(directory, 'stdout')).blocks * 512
  while (usedBytes() > 250_000 && performance.now() < endMs) await new Promise(resolve => setTimeout(resolve, 20))
  const lines = await read(own)
  t.regex(lines.at(-1)!, /^stdout 039 /)
  t.true(lines.length <= 13 && lines.length >= 9, String(lines.length))
  t.true(usedBytes() <= 250_000, String(usedBytes()))
  const again = log()
  again.refresh(Date.now(), false)
  t.deepEqual(await read(again), lines)
  close()
})
