import { join } from 'node:path'
import test from 'ava'
import { formatRules, hasNft } from '../../../agents/host/pod-egress.ts'
import { readPodResolvConf } from '../../../agents/host/pod-resolv-conf.ts'
import { tryCommand } from '../../../agents/host/run-command.ts'
import { skipUnless } from '../../skip-unless.ts'

const needsNetwork = skipUnless(test, await whatIsMissing())

test('the rules stand in one table of our own, made anew in one transaction', t => {
  const rules = formatRules('pintle_1', '10.244.0.0/24', ['eth0'])
  t.regex(rules, /^table ip pintle_1 \{\}\ndelete table ip pintle_1\ntable ip pintle_1 \{/)
  t.regex(rules, /ip saddr 10\.244\.0\.0\/24 ip daddr != 10\.244\.0\.0\/24 oifname != "lo" masquerade/)
  t.regex(rules, /iifname "eth0" ct state new,invalid drop/)
  t.notRegex(rules, /flush ruleset/)
})

test('a resolver on the loopback is passed over by pods with a network of their own', t => {
  t.is(readPodResolvConf('nameserver 192.0.2.53\n', 'nameserver 192.0.2.99\n'), '')
  t.is(
    readPodResolvConf('# x\nnameserver 127.0.0.53\noptions edns0\n', 'nameserver 192.0.2.99\n'),
    'nameserver 192.0.2.99\n',
  )
  t.is(readPodResolvConf('nameserver 127.0.0.1\nnameserver 192.0.2.53\n', 'x'), '')
  t.is(readPodResolvConf('', 'x'), '')
})

needsNetwork('a pod reaches the outside, the outside no pod, and the machine is put back as it was', async t => {
  const trial = join(import.meta.dirname, 'egress-trial.ts')
  const result = await tryCommand(['unshare', '--net', process.execPath, trial], { timeoutMs: 60_000 })
  t.is(result.exitCode, 0, result.stderr)
  const { before, open, after } = JSON.parse(result.stdout)
  t.is(before.sees, 'silence')
  t.is(open.says, "they reach the outside under this machine's address")
  t.regex(open.sees, /198\.51\.100\.1$/, 'the outside sees the machine, not the pod')
  t.is(open.fromOutside, 'silence')
  t.deepEqual([before.forwarding, open.forwarding, after.forwarding], ['0', '1', '0'])
  t.is(after.tables, '')
  t.is(after.sees, 'silence')
})

async function whatIsMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'not root'
  if (!(await hasNft())) return 'nft is not installed'
  const works = await tryCommand(['unshare', '--net', 'true']).catch(() => undefined)
  return works?.exitCode === 0 ? undefined : 'network namespaces do not work here'
}
