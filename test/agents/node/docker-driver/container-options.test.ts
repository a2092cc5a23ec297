import test from 'ava'
import { containerOptions, pauseOptions } from '../../../../agents/node/docker-driver/container-options.ts'
import type { ContainerConfig, SandboxConfig } from '../../../../agents/node/runtime-driver.ts'

const place = {
  agent: 'a1',
  podUid: 'u1',
  podNamespace: 'shop',
  podName: 'web',
  pauseId: 'p1',
  files: [],
  cgroupParent: '/kubepods/podu1',
  sharesProcesses: false,
}

const config: ContainerConfig = {
  name: 'app',
  attempt: 2,
  image: 'app:1',
  command: [],
  args: [],
  env: [{ name: 'A', value: 'b=c' }],
  workingDir: undefined,
  mounts: [],
  user: undefined,
  group: undefined,
  supplementalGroups: [],
  privileged: false,
  readOnlyRootFilesystem: false,
  cpuMillis: { request: undefined, limit: undefined },
  memoryBytes: { request: undefined, limit: undefined },
  terminationMessagePath: '/dev/termination-log',
  stdin: false,
  tty: false,
}

test('the image says what runs unless the pod does', t => {
  const plain = containerOptions(config, place, 'sha256:1')
  t.false('Entrypoint' in plain)
  t.false('Cmd' in plain)
  t.is(plain.name, 'pintle_u1_app_2')
  t.deepEqual(plain.Env, ['A=b=c'])
  const command = containerOptions({ ...config, command: ['run'] }, place, 'sha256:1')
  t.deepEqual(
    [command.Entrypoint, command.Cmd],
    [['run'], []],
    "the image's arguments are not those of another command",
  )
  const args = containerOptions({ ...config, args: ['x'] }, place, 'sha256:1')
  t.deepEqual([args.Entrypoint, args.Cmd], [undefined, ['x']])
})

test('limits and requests become the numbers that the kernel knows', t => {
  const amounts = { cpuMillis: { request: 250, limit: 1_500 }, memoryBytes: { request: 1, limit: 64_000_000 } }
  const { HostConfig } = containerOptions({ ...config, ...amounts }, place, 'sha256:1')
  t.like(HostConfig, {
    CpuShares: 256,
    CpuPeriod: 100_000,
    CpuQuota: 150_000,
    Memory: 64_000_000,
    MemorySwap: 64_000_000,
  })
  t.is(containerOptions(config, place, 'sha256:1').HostConfig?.CpuShares, 2, 'asked for nothing: the least')
})

test('security contexts are passed on', t => {
  const secured = {
    ...config,
    user: 1000,
    group: 3000,
    supplementalGroups: [4000],
    readOnlyRootFilesystem: true,
    capabilities: { add: ['NET_BIND_SERVICE'], drop: ['ALL'] },
    allowPrivilegeEscalation: false,
  }
  const options = containerOptions(secured, place, 'sha256:1')
  t.is(options.User, '1000:3000')
  t.like(options.HostConfig, {
    NetworkMode: 'container:p1',
    GroupAdd: ['4000'],
    ReadonlyRootfs: true,
    CapAdd: ['NET_BIND_SERVICE'],
    CapDrop: ['ALL'],
    SecurityOpt: ['no-new-privileges'],
    CgroupParent: '/kubepods/podu1',
  })
})

test('the engine sets up a network for a pod only when the agent does not', t => {
  const pod: SandboxConfig = {
    uid: 'u1',
    namespace: 'shop',
    name: 'web',
    hostname: 'web',
    ip: '10.244.0.7',
    hostNetwork: false,
    hostPid: false,
    manifest: '{}',
    dnsResolvConf: '',
    hostsFile: '',
  }
  const wired = pauseOptions(pod, { agent: 'a1', network: 'none', cgroupParent: undefined })
  t.like(wired, { NetworkDisabled: true, Hostname: 'web', Labels: { 'dev.pintle.pod.address': '10.244.0.7' } })
  const onHost = pauseOptions(pod, { agent: 'a1', network: 'host', cgroupParent: undefined })
  t.is(onHost.HostConfig?.NetworkMode, 'host')
  t.false('NetworkDisabled' in onHost)
  t.false('Hostname' in onHost)
})
