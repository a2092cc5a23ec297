import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import test from 'ava'
import { planRoot } from '../../../../agents/node/process-driver/plan-root.ts'

const scratch = mkdtempSync(join(tmpdir(), 'pintle root '))
test.after.always(() => rmSync(scratch, { recursive: true, force: true }))

test('what needs no mount point is bound as a whole', t => {
  const commands = planRoot(['/usr'])
  t.true(
    commands.includes('mkdir root/usr && mount --rbind /usr root/usr || true') ||
      commands.includes('ln -s usr/bin root/bin'),
  )
  t.false(commands.some(each => / root\/(proc|sys|dev)\b/.test(each)))
})

test('a directory in which a mount point is missing is made anew, with a bind for each entry; the machine stays as it is', t => {
  mkdirSync(join(scratch, 'in'))
  mkdirSync(join(scratch, 'in', 'kept'))
  writeFileSync(join(scratch, 'in', "it's"), '')
  symlinkSync('kept', join(scratch, 'in', 'link'))
  const commands = planRoot([join(scratch, 'in', 'new', 'deep')])
  const own = commands.filter(each => each.includes(join(scratch, 'in')))
  const at = (name: string) => `'root${join(scratch, 'in', name)}'`
  t.true(own.includes(`mkdir 'root${join(scratch, 'in')}'`))
  t.true(own.includes(`mkdir ${at('kept')} && mount --rbind '${join(scratch, 'in', 'kept')}' ${at('kept')} || true`))
  t.true(own.includes(`ln -s kept ${at('link')}`))
  t.true(
    own.some(each => each.startsWith(': > ') && each.includes(`it'\\''s`)),
    'names are quoted',
  )
  t.false(commands.some(each => each.includes('/new')))
})

test('a directory with too many entries is refused by the name of the mount path', t => {
  const many = join(scratch, 'many')
  mkdirSync(many)
  for (let at = 0; at < 2_100; at++) writeFileSync(join(many, `f${at}`), '')
  const mountPath = join(many, 'new')
  const error = t.throws(() => planRoot([mountPath]))
  t.true(error?.message.startsWith(`mountPath ${mountPath} cannot be made without root:`))
})
