import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { isMountPoint } from '../../../../agents/host/mount-table.ts'
import { RuntimeError } from '../../../../agents/node/runtime-driver.ts'
import { SystemPodFiles } from '../../../../agents/node/volumes/system-pod-files.ts'

const isRoot = process.getuid?.() === 0
const scratch = mkdtempSync(join(tmpdir(), 'pintle-volumes-'))
test.after.always(() => rmSync(scratch, { recursive: true, force: true }))
let count = 0
const open = () => new SystemPodFiles(join(scratch, String(count++)))
const file = (path: string, text: string, mode = 0o644) => ({ path, bytes: Buffer.from(text), mode })
const nobody = { group: undefined, isSecret: false }

test('files change as a whole: readers go through one link', async t => {
  const files = open()
  const path = await files.writeFiles('u', 'v', [file('a', 'one'), file('deep/b', 'x')], nobody)
  t.is(readFileSync(join(path, 'a'), 'utf8'), 'one')
  t.is(readFileSync(join(path, 'deep/b'), 'utf8'), 'x')
  t.is(readlinkSync(join(path, 'a')), '..data/a')
  const before = readlinkSync(join(path, '..data'))
  await files.writeFiles('u', 'v', [file('a', 'one'), file('deep/b', 'x')], nobody)
  t.is(readlinkSync(join(path, '..data')), before, 'the same content is not written again')
  await files.writeFiles('u', 'v', [file('a', 'two'), file('c', 'new')], nobody)
  t.deepEqual(
    readdirSync(path)
      .filter(name => !name.startsWith('..'))
      .sort(),
    ['a', 'c'],
  )
  t.is(readFileSync(join(path, 'a'), 'utf8'), 'two')
  t.is(readdirSync(path).filter(name => name.startsWith('..')).length, 2, 'nothing old is kept')
})

test('what a crash left half written is made whole', async t => {
  const files = open()
  const path = await files.writeFiles('u', 'v', [file('a', 'one')], nobody)
  rmSync(join(path, 'a'))
  mkdirSync(join(path, '..0000000000000000'))
  await files.writeFiles('u', 'v', [file('a', 'one')], nobody)
  t.is(readFileSync(join(path, 'a'), 'utf8'), 'one')
  await files.writeFiles('u', 'v', [file('a', 'two')], nobody)
  t.false(existsSync(join(path, '..0000000000000000')))
})

test('modes are as they are asked for, whatever the umask', async t => {
  const path = await open().writeFiles('u', 'v', [file('key', 'x', 0o400), file('run', 'x', 0o777)], nobody)
  t.is(statSync(join(path, 'key')).mode & 0o777, 0o400)
  t.is(statSync(join(path, 'run')).mode & 0o777, 0o777)
})

test('two paths of which one lies below the other are refused', async t => {
  const error = await t.throwsAsync(open().writeFiles('u', 'v', [file('a', 'x'), file('a/b', 'y')], nobody))
  t.true(error instanceof RuntimeError)
})

test('an empty directory is for everybody, and kept', async t => {
  const files = open()
  const options = { group: undefined, inMemory: false, bytesMax: undefined }
  const path = await files.ensureEmptyDirectory('u', 'v', options)
  t.is(statSync(path).mode & 0o777, 0o777)
  writeFileSync(join(path, 'kept'), '')
  t.is(await files.ensureEmptyDirectory('u', 'v', options), path)
  t.true(existsSync(join(path, 'kept')))
  t.deepEqual(await files.list(), ['u'])
  await files.remove('u')
  await files.remove('u')
  t.deepEqual(await files.list(), [])
})

if (isRoot) {
  test('in memory: as big as it may be, and unmounted in the end', async t => {
    const files = open()
    const path = await files.ensureEmptyDirectory('u', 'v', { group: 3000, inMemory: true, bytesMax: 1024 * 1024 })
    t.true(isMountPoint(path))
    t.is(statSync(path).gid, 3000)
    t.throws(() => writeFileSync(join(path, 'big'), Buffer.alloc(2 * 1024 * 1024)), { code: 'ENOSPC' })
    await files.remove('u')
    t.false(isMountPoint(path))
  })

  test('fsGroup may read secret files', async t => {
    const path = await open().writeFiles('u', 'v', [file('key', 'x', 0o400)], { group: 3000, isSecret: true })
    const stat = statSync(join(path, 'key'))
    t.is(stat.gid, 3000)
    t.is(stat.mode & 0o777, 0o440)
  })
}

test('subPath: found, made like its volume, never outside', async t => {
  const files = open()
  const volume = await files.ensureEmptyDirectory('u', 'v', { group: undefined, inMemory: false, bytesMax: undefined })
  const made = await files.resolveSubPath(volume, 'a/b')
  t.is(made, join(volume, 'a/b'))
  t.is(statSync(made).mode & 0o777, 0o777, 'a container of any user may write to it, as to the volume')
  symlinkSync('/etc', join(volume, 'out'))
  await t.throwsAsync(files.resolveSubPath(volume, 'out'), { message: 'subPath out leads out of its volume' })
  await t.throwsAsync(files.resolveSubPath(volume, 'out/new'), { message: 'subPath out/new leads out of its volume' })
  await t.throwsAsync(files.resolveSubPath(volume, '../x'), { message: 'subPath ../x leads out of its volume' })
  t.false(existsSync(join(volume, '../x')))
  const config = await files.writeFiles('u', 'c', [file('a', 'x')], nobody)
  t.regex(await files.resolveSubPath(config, 'a'), /\/\.\.[0-9a-f]{16}\/a$/, 'a file of now: it is frozen')
})

test('hostPath types', async t => {
  const files = open()
  const at = (name: string) => join(scratch, name)
  await files.ensureHostPath(at('new/directory'), 'DirectoryOrCreate')
  t.true(statSync(at('new/directory')).isDirectory())
  await files.ensureHostPath(at('new/file'), 'FileOrCreate')
  t.true(statSync(at('new/file')).isFile())
  await files.ensureHostPath(at('new/file'), 'File')
  await files.ensureHostPath(at('new'), 'Directory')
  await files.ensureHostPath('/dev/null', 'CharDevice')
  const server = createServer()
  await new Promise<void>(resolve => server.listen(at('socket'), resolve))
  await files.ensureHostPath(at('socket'), 'Socket')
  server.close()
  const refused = (path: string, type: string, message: RegExp) =>
    t.throwsAsync(files.ensureHostPath(path, type), { instanceOf: RuntimeError, message })
  await refused(at('none'), 'Directory', /none does not exist/)
  await refused(at('none'), '', /none does not exist/)
  await refused(at('new/file'), 'DirectoryOrCreate', /is not a Directory/)
  await refused(at('new'), 'File', /is not a File/)
  await refused('/dev/null', 'BlockDevice', /is not a BlockDevice/)
  await refused(at('none/file'), 'FileOrCreate', /its directory does not exist/)
})

test('what a container made unreadable is removed all the same', async t => {
  const files = open()
  const path = await files.ensureEmptyDirectory('u', 'v', { group: undefined, inMemory: false, bytesMax: undefined })
  mkdirSync(join(path, 'closed/in'), { recursive: true })
  execFileSync('chmod', ['000', join(path, 'closed')])
  await files.remove('u')
  t.deepEqual(await files.list(), [])
})
