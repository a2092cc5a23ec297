import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unmountBelow } from '../../../agents/host/mount-table.ts'
import { createPodEgress } from '../../../agents/host/pod-egress.ts'
import { connectPod, createNetworkNamespace } from '../../../agents/host/pod-link.ts'
import { runCommand, tryCommand } from '../../../agents/host/run-command.ts'

/**
 * Run inside an empty network namespace that plays the machine: a pod on one side, the outside on the other. Prints what
 * the outside saw and who could speak to whom, as JSON.
 */
const directory = mkdtempSync(join(tmpdir(), 'pintle-egress-'))
const outside = join(directory, 'outside')
const pod = join(directory, 'pod')
const POD_IP = '10.250.0.2'
const SERVER = 'require("net").createServer(s => s.end(s.remoteAddress)).listen(8080, () => console.log("up"))'
const ASK =
  'const s = require("net").connect(8080, process.argv[1]); s.setTimeout(700, () => { console.log("silence"); process.exit() }); s.on("data", d => console.log(String(d))); s.on("error", e => console.log(e.code))'

const inside = (file: string, script: string, ...args: string[]) => [
  'nsenter',
  `--net=${file}`,
  process.execPath,
  '-e',
  script,
  ...args,
]

async function serve(file: string) {
  const [program, ...args] = inside(file, SERVER)
  const child = spawn(program!, args, { stdio: ['ignore', 'pipe', 'ignore'] })
  await new Promise(resolve => child.stdout.once('data', resolve))
  return child
}

async function ask(from: string, address: string): Promise<string> {
  const result = await tryCommand(inside(from, ASK, address) as [string, ...string[]])
  return result.stdout.trim()
}

const forwarding = () => readFileSync('/proc/sys/net/ipv4/conf/up0/forwarding', 'utf8').trim()

// A machine that passes nothing on, whatever the one is like that this runs on.
for (const each of ['all', 'default']) writeFileSync(`/proc/sys/net/ipv4/conf/${each}/forwarding`, '0')
await createNetworkNamespace(outside)
await createNetworkNamespace(pod)
await runCommand(['ip', '-batch', '-'], {
  input: [
    'link set lo up',
    'link add up0 type veth peer name out0',
    'addr add 198.51.100.1/24 dev up0',
    'link set up0 up',
    '',
  ].join('\n'),
})
const holder = spawn('nsenter', [`--net=${outside}`, 'sleep', '60'], { stdio: 'ignore' })
await new Promise(resolve => setTimeout(resolve, 100))
await runCommand(['ip', 'link', 'set', 'out0', 'netns', String(holder.pid)])
await runCommand(['nsenter', `--net=${outside}`, 'ip', '-batch', '-'], {
  input: [
    'link set lo up',
    'addr add 198.51.100.2/24 dev out0',
    'link set out0 up',
    'route add 10.250.0.0/24 via 198.51.100.1',
    '',
  ].join('\n'),
})
await runCommand(['ip', 'route', 'add', 'default', 'via', '198.51.100.2'])
await connectPod(pod, 'pintrial0', POD_IP)
const servers = [await serve(outside), await serve(pod)]
const egress = createPodEgress(join(directory, 'journal'))

const before = { sees: await ask(pod, '198.51.100.2'), forwarding: forwarding() }
const says = await egress.open('10.250.0.0/24')
await egress.open('10.250.0.0/24')

const open = {
  says,
  sees: await ask(pod, '198.51.100.2'),
  fromOutside: await ask(outside, POD_IP),
  forwarding: forwarding(),
}
// Another process undoes it, by the journal alone.
await createPodEgress(join(directory, 'journal')).close()
const after = {
  tables: (await runCommand(['nft', 'list', 'tables'])).trim(),
  forwarding: forwarding(),
  sees: await ask(pod, '198.51.100.2'),
}
for (const each of [...servers, holder]) each.kill('SIGKILL')
await unmountBelow(directory)
rmSync(directory, { recursive: true, force: true })
console.log(JSON.stringify({ before, open, after }))
