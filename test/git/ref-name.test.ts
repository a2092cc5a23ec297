import { spawnSync } from 'node:child_process'
import test from 'ava'
import { isEngineRef, isRefName } from '../../src/git/ref-name.ts'

const NAMES = `refs/heads/main refs/heads/a/b refs/heads/a..b refs/heads/.a refs/heads/a.lock refs/heads/a. refs/heads/@{
 refs/heads/@ refs/heads/a~1 refs/heads/a^ refs/heads/a: refs/heads/a? refs/heads/* refs/heads/[ refs/heads/a\\b
 refs/heads//a refs/heads/a/ refs/heads/-a refs/heads/ü refs/heads/a@b refs/heads/a.b refs/heads/x.lock/y`

test('names of refs are those that git check-ref-format takes', t => {
  for (const name of NAMES.split(/\s+/)) {
    const git = spawnSync('git', ['check-ref-format', name]).status === 0
    t.is(isRefName(name), git, name)
  }
})

test('only full names are taken, and nothing that could be an option or lead elsewhere', t => {
  for (const name of ['main', 'HEAD', 'refs/heads', '--stdin', 'refs/../config', 'refs/heads/a b', '']) {
    t.false(isRefName(name), name)
  }
})

test('the engine’s own refs', t => {
  for (const ref of ['refs/heads/pintle/status', 'refs/notes/x', 'refs/pintle/keep/1']) t.true(isEngineRef(ref))
  for (const ref of ['refs/heads/pintle', 'refs/heads/main', 'refs/tags/pintle/x']) t.false(isEngineRef(ref))
})
