import { spawnSync } from 'node:child_process'
import test from 'ava'
import type { Launch } from '../../../../agents/node/process-driver/launch-script.ts'
import {
  formatInitScript,
  formatSuperviseScript,
  privilegeWords,
} from '../../../../agents/node/process-driver/launch-script.ts'

const launch = (changes: Partial<Launch> = {}, mode: Launch['isolation']['mode'] = 'overlay'): Launch => ({
  directory: "/data/it's here/app.0",
  initScript: '/secrets/app.0/init.sh',
  isolation: { mode, layer: 'disk', podNetwork: true, setpriv: true, description: '' },
  hostname: 'web',
  networkNamespaceFile: undefined,
  plantRoot: [],
  extraLowers: ['/home'],
  masks: ['/data'],
  mounts: [],
  env: [],
  workingDir: '/',
  command: ['sh', '-c', 'echo $HOME "$(id)" `id`'],
  user: undefined,
  group: undefined,
  supplementalGroups: [],
  privileged: false,
  readOnlyRoot: false,
  cgroupProcsFiles: [],
  ...changes,
})

const nasty = 'a\'b"c$(touch /tmp/never)`id`\n; rm -rf x \\ *'

for (const mode of ['overlay', 'user-namespace', 'plain'] as const) {
  test(`${mode}: both scripts are shell, whatever the words in them`, t => {
    const full = launch(
      {
        hostname: nasty,
        workingDir: `/${nasty}`,
        command: [nasty, nasty],
        env: [
          { name: 'A', value: nasty },
          { name: 'a.b', value: nasty },
          { name: 'PWD', value: nasty },
        ],
        masks: [`/${nasty}`],
        mounts: [
          {
            source: `/${nasty}`,
            target: `/m ${nasty}`,
            isDirectory: true,
            readOnly: true,
            propagation: 'None',
            optional: false,
          },
        ],
      },
      mode,
    )
    for (const script of [formatSuperviseScript(full), formatInitScript(full)]) {
      const checked = spawnSync('sh', ['-n'], { input: script, encoding: 'utf8' })
      t.is(checked.status, 0, checked.stderr)
    }
  })
}

test('environment: nothing of it is in the script that lies on the disk', t => {
  const script = formatSuperviseScript(
    launch({ env: [{ name: 'TOKEN', value: 's3cret' }], command: ['run', 's3cret'] }),
  )
  t.false(script.includes('s3cret'))
  t.true(script.includes(' sh /secrets/app.0/init.sh < /dev/null >> stdout 2>> stderr'))
})

test('the last value of a variable counts; what a shell cannot export is handed over by env', t => {
  const script = formatInitScript(
    launch({
      env: [
        { name: 'A', value: 'one' },
        { name: 'A', value: 'two' },
        { name: 'a.b', value: 'x' },
        { name: 'IFS', value: ':' },
      ],
    }),
  )
  t.true(script.includes('export A=two\n'))
  t.false(script.includes('A=one'))
  t.regex(script, /exec \S*env a\.b=x IFS=: /)
})

test('users and groups', t => {
  const words = (changes: Partial<Launch>, mode?: Launch['isolation']['mode']) =>
    privilegeWords(launch(changes, mode)).slice(1)
  t.deepEqual(words({ user: 1000, group: 3000, supplementalGroups: [4000, 5000] }).slice(0, 3), [
    '--regid=3000',
    '--groups=4000,5000',
    '--reuid=1000',
  ])
  t.deepEqual(words({ user: 1000 }).slice(0, 3), ['--regid=0', '--clear-groups', '--reuid=1000'])
  t.true(words({}).some(each => each.startsWith('--bounding-set=-all,')))
  t.deepEqual(words({ privileged: true }), [])
  t.deepEqual(words({ user: 1000, group: 5 }, 'user-namespace'), ['--user', '--map-user=1000', '--map-group=5'])
  t.deepEqual(words({}, 'user-namespace'), [])
})

test('the data directory is hidden, and mounts are read-only where asked', t => {
  const mount = { source: '/v', isDirectory: true, propagation: 'None', optional: false } as const
  const script = formatInitScript(
    launch({
      readOnlyRoot: true,
      mounts: [
        { ...mount, target: '/ro', readOnly: true },
        { ...mount, target: '/rw', readOnly: false },
      ],
    }),
  )
  t.regex(script, /mount -t tmpfs -o mode=755,size=4k tmpfs root\/data/)
  t.regex(script, /mount -o remount,bind,ro \/ro/)
  t.notRegex(script, /mount -o remount,bind,ro \/rw/)
  t.regex(script, /mount -o remount,bind,ro \/ \|\| fail/)
})
