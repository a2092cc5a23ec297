import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { run } from './cluster.ts'

/** Starts that cannot work: one sentence that says what and what to do, exit code 1, nothing left behind. */

const START = join(import.meta.dirname, '../../src/cli/start.js')
const root = mkdtempSync(join(tmpdir(), 'pintle-starts-'))
const isRoot = process.getuid?.() === 0
test.after.always(() => rmSync(root, { recursive: true, force: true }))

const pintle = (...args: string[]) => run(process.execPath, [START, ...args], root)

const OPTIONS: readonly (readonly [readonly string[], RegExp])[] = [
  [['up', '--frobnicate'], /unknown option '--frobnicate'/],
  [['upp'], /unknown command 'upp'\n\(Did you mean up\?\)/],
  [['up', 'extra'], /too many arguments/],
  [['up', '--runtime', 'vax'], /'vax' is invalid\. Allowed choices are auto, docker, process, fake/],
  [['up', '--log-format', 'xml'], /Allowed choices are text, json/],
  [['up', '--nodes', '0'], /^pintle: --nodes takes a number from 1 to 9999, not 0$/],
  [['up', '--nodes', '3'], /^pintle: --nodes goes with --runtime fake$/],
  [['up', '--api-address', 'foo'], /^pintle: --api-address takes host:port, for example 127\.0\.0\.1:6443, not "foo"$/],
  [['up', '--api-address', '127.0.0.1:99999'], /^pintle: --api-address takes host:port/],
  [['up', '--api-address', '203.0.113.1:6443'], /^pintle: 203\.0\.113\.1 is no address of this machine: choose one of/],
  [
    ['up', '--http-address', '0.0.0.0:0'],
    /^pintle: 0\.0\.0\.0 can be reached from other machines.*: use 127\.0\.0\.1$/,
  ],
  [['up', '--service-cidr', '10.0.0.0/33'], /^pintle: --service-cidr takes an IPv4 range of \/8 to \/24/],
  [
    ['up', '--service-cidr', '10.3.0.0/16', '--cluster-cidr', '10.3.4.0/24'],
    /^pintle: services .* and pods .* would share addresses: choose ranges apart$/,
  ],
  [['server', '--node', 'A B'], /^pintle: --node takes a node's name, not "A B"/],
  [
    ['agent', '--node-name', 'a', '--kubeconfig', '/nonexistent'],
    /^pintle: the kubeconfig \/nonexistent does not exist$/,
  ],
  [['agent', '--node-name', 'a', '--kubeconfig', '/dev/null'], /^pintle: \/dev\/null is not a kubeconfig/],
  [['status'], /^pintle: no server was ever started with .*Start one with 'pintle up', or name its directory/],
  [['wait', 'main'], /^pintle: no server was ever started with/],
]

for (const [at, [args, sentence]] of OPTIONS.entries()) {
  test.serial(`pintle ${args.join(' ')}`, async t => {
    const { code, text } = await pintle(...args, ...(args[0] === 'upp' ? [] : ['--data-dir', join(root, `o${at}`)]))
    t.is(code, 1)
    t.regex(text.trim(), sentence)
    t.false(text.includes('PINTLE_DEBUG'))
    t.true(text.trim().split('\n').length < 4)
  })
}

async function refused(
  t: { is: (a: unknown, b: unknown) => unknown; regex: (text: string, by: RegExp) => unknown },
  directory: string,
  sentence: RegExp,
) {
  const { code, text } = await pintle('up', '--runtime', 'fake', '--data-dir', directory)
  t.is(code, 1)
  t.regex(text, sentence)
}

test.serial('no directory at all', async t => {
  await refused(t, '', /^pintle: --data-dir is empty: name a directory, or leave the option out\n$/)
})

test.serial('a name too long for a socket', async t => {
  await refused(
    t,
    join(root, 'x'.repeat(120)),
    /has too long a name: .* Choose one of at most \d+ bytes with --data-dir\n$/,
  )
})

test.serial('a file in its place, and above it', async t => {
  const file = join(root, 'file')
  writeFileSync(file, '')
  await refused(t, file, /^pintle: \S+ is not a directory: choose another with --data-dir\n$/)
  await refused(t, join(file, 'below'), /^pintle: \S+ is not a directory: choose another with --data-dir\n$/)
})

test.serial('a file system that makes no directories', async t => {
  await refused(
    t,
    '/proc/pintle',
    /^pintle: the data directory \/proc\/pintle cannot be \w+.*: choose another with --data-dir\n$/,
  )
})

test.serial("somebody else's directory", async t => {
  if (!isRoot) {
    await refused(t, '/', /^pintle: the data directory \/ belongs to user id 0, not to you/)
    return
  }
  const directory = join(root, 'theirs')
  mkdirSync(directory)
  chownSync(directory, 12_345, 12_345)
  await refused(
    t,
    directory,
    /^pintle: the data directory \S+ belongs to user id 12345, not to you \(0\): choose another/,
  )
})

test.serial('a directory that may not be written', async t => {
  if (isRoot) return void t.pass('root may write everywhere')
  const directory = join(root, 'readonly')
  mkdirSync(directory)
  chmodSync(directory, 0o500)
  await refused(t, join(directory, 'data'), /^pintle: the data directory \S+ cannot be written by you: choose another/)
})

const onSmallDisk = isRoot ? test.serial : test.serial.skip

/** Runs `use` with a small file system of its own at a directory. */
async function withFileSystem(size: string, use: (directory: string) => Promise<void>): Promise<void> {
  const directory = mkdtempSync(join(root, 'disk-'))
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', directory])
  try {
    await use(directory)
  } finally {
    execFileSync('umount', [directory])
  }
}

onSmallDisk('a full file system, at the first write and later', async t => {
  for (const size of ['16k', '64k', '128k']) {
    await withFileSystem(size, async directory => {
      await refused(t, join(directory, 'data'), /^pintle: there is no space left .*: free some, or choose another/)
    })
  }
})

onSmallDisk('a read-only file system', async t => {
  await withFileSystem('1m', async directory => {
    mkdirSync(join(directory, 'data'))
    execFileSync('mount', ['-o', 'remount,ro', directory])
    for (const each of ['data', 'new'])
      await refused(t, join(directory, each), /is on a read-only file system: choose another with --data-dir\n$/)
  })
})

test.serial('a port given by hand that is taken, and one that moves', async t => {
  const other = createServer()
  await new Promise<void>(resolve => other.listen(0, '127.0.0.1', resolve))
  const { port } = other.address() as { port: number }
  for (const option of ['--api-address', '--http-address']) {
    const directory = join(root, `taken${option}`)
    const { code, text } = await pintle('up', option, `127.0.0.1:${port}`, '--data-dir', directory)
    t.is(code, 1)
    t.is(
      text,
      `pintle: port ${port} on 127.0.0.1 (${option}) is taken by another program: stop it, or choose another port\n`,
    )
    t.false(existsSync(join(directory, 'ready')))
  }
  other.close()
})

test.serial('without git', async t => {
  const { code, text } = await run(process.execPath, [START, 'up', '--data-dir', join(root, 'no-git')], root, {
    PATH: '/nonexistent',
  })
  t.is(code, 1)
  t.regex(text, /^pintle: git cannot be started\. Pintle needs git .*: install it .*\n$/)
})
