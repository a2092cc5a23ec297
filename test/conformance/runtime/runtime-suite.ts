import type { ExecutionContext } from 'ava'
import type {
  ContainerConfig,
  ContainerState,
  RuntimeDriver,
  SandboxConfig,
} from '../../../agents/node/runtime-driver.ts'
import { CONTAINER_STILL_RUNS, RuntimeError } from '../../../agents/node/runtime-driver.ts'
import type { DeclareTest } from '../../skip-unless.ts'

export interface RuntimeUnderTest {
  /** A driver on the same machine as before: what an earlier one left is there. */
  open(): RuntimeDriver
  /** A command that runs until it is told to end. */
  readonly foreverCommand: readonly string[]
  /** Makes a container that ends with this code by itself. */
  readonly exitWith: (code: number) => {
    readonly command: readonly string[]
    readonly annotations: Record<string, string>
  }
  /** Makes a container that cannot be started. */
  readonly cannotStart: { readonly command: readonly string[]; readonly annotations: Record<string, string> }
  close(): Promise<void>
}

const UID = '5b3d7c52-0000-4000-8000-000000000001'
const WAIT_MS = 10_000

/** What every driver must do; `make` gives a fresh machine for each test. */
export function testRuntime(declareTest: DeclareTest, make: () => Promise<RuntimeUnderTest>): void {
  const on = (
    name: string,
    body: (t: ExecutionContext, driver: RuntimeDriver, under: RuntimeUnderTest) => Promise<void>,
  ) =>
    declareTest(name, async t => {
      const under = await make()
      const driver = under.open()
      try {
        await driver.start()
        await body(t, driver, under)
      } finally {
        const last = under.open()
        await last.start()
        for (const sandbox of await last.listSandboxes()) await last.removeSandbox(sandbox.id)
        await last.close()
        await driver.close()
        await under.close()
      }
    })

  on('a sandbox is made once, found by its pod, and removed for good', async (t, driver) => {
    const first = await driver.createSandbox(sandboxConfig())
    const again = await driver.createSandbox(sandboxConfig())
    t.is(again.id, first.id)
    const [only, ...others] = await driver.listSandboxes()
    t.is(others.length, 0)
    t.is(only?.uid, UID)
    t.is(only?.manifest, sandboxConfig().manifest)
    t.true(only?.ready)
    await driver.removeSandbox(first.id)
    await driver.removeSandbox(first.id)
    t.deepEqual(await driver.listSandboxes(), [])
  })

  on('no attempt is made beside one that runs', async (t, driver, under) => {
    const sandbox = await driver.createSandbox(sandboxConfig())
    const first = containerConfig({ command: under.foreverCommand })
    const id = await driver.createContainer(sandbox.id, first)
    await driver.startContainer(id)
    const error = await t.throwsAsync(driver.createContainer(sandbox.id, { ...first, attempt: 1 }))
    t.is((error as RuntimeError).reason, CONTAINER_STILL_RUNS)
    await driver.stopContainer(id, 0)
    t.not(await driver.createContainer(sandbox.id, { ...first, attempt: 1 }), id)
  })

  on('a container is created, runs, is stopped, and tells its end', async (t, driver, under) => {
    const sandbox = await driver.createSandbox(sandboxConfig())
    const id = await driver.createContainer(sandbox.id, containerConfig({ command: under.foreverCommand }))
    t.is(await driver.createContainer(sandbox.id, containerConfig({ command: under.foreverCommand })), id)
    t.is((await stateOf(driver, id)).state, 'created')
    await driver.startContainer(id)
    const running = await stateOf(driver, id)
    t.is(running.state, 'running')
    t.true(running.startedAtMs! >= running.createdAtMs - 1_000)
    await driver.stopContainer(id, 5_000)
    const ended = await stateOf(driver, id)
    t.is(ended.state, 'exited')
    t.is(ended.exitCode, 143)
    t.true(ended.finishedAtMs! >= ended.startedAtMs!)
    await driver.stopContainer(id, 5_000)
    await driver.removeContainer(id)
    await driver.removeContainer(id)
    t.deepEqual(await driver.listContainers(), [])
  })

  on('an exit is told to the listener, with its code', async (t, driver, under) => {
    const { command, annotations } = under.exitWith(3)
    const sandbox = await driver.createSandbox(sandboxConfig(annotations))
    const id = await driver.createContainer(sandbox.id, containerConfig({ command }))
    const told = new Promise<string>(resolve => {
      const listening = driver.onChange(changed => {
        void stateOf(driver, changed).then(({ state }) => {
          if (state !== 'exited') return
          listening.close()
          resolve(changed)
        })
      })
    })
    // Listening keeps no process alive; this does, while the test waits.
    const alive = setInterval(() => {}, 1_000)
    await driver.startContainer(id)
    t.is(await told, id)
    clearInterval(alive)
    t.is((await stateOf(driver, id)).exitCode, 3)
  })

  on('what cannot start says so and counts as ended', async (t, driver, under) => {
    const { command, annotations } = under.cannotStart
    const sandbox = await driver.createSandbox(sandboxConfig(annotations))
    const id = await driver.createContainer(sandbox.id, containerConfig({ command }))
    const error = await t.throwsAsync(driver.startContainer(id), { instanceOf: RuntimeError })
    t.is(error?.reason, 'RunContainerError')
    const ended = await stateOf(driver, id)
    t.is(ended.state, 'exited')
    t.is(ended.exitCode, 128)
  })

  on('another driver finds the same containers running', async (t, driver, under) => {
    const sandbox = await driver.createSandbox(sandboxConfig())
    const id = await driver.createContainer(sandbox.id, containerConfig({ command: under.foreverCommand }))
    await driver.startContainer(id)
    const before = await stateOf(driver, id)
    await driver.close()
    const next = under.open()
    await next.start()
    const after = await stateOf(next, id)
    t.is(after.state, 'running')
    t.is(after.startedAtMs, before.startedAtMs)
    t.true((await next.listSandboxes())[0]?.ready)
    await next.stopContainer(id, 0)
    t.is((await stateOf(next, id)).exitCode, 137)
    await next.close()
  })

  on('a sandbox takes its containers along', async (t, driver, under) => {
    const sandbox = await driver.createSandbox(sandboxConfig())
    const id = await driver.createContainer(sandbox.id, containerConfig({ command: under.foreverCommand }))
    await driver.startContainer(id)
    await driver.removeSandbox(sandbox.id)
    t.deepEqual(await driver.listContainers(), [])
    t.deepEqual(await driver.listSandboxes(), [])
  })

  on('exec answers, and its log is followed until the end', async (t, driver, under) => {
    const sandbox = await driver.createSandbox(sandboxConfig())
    const id = await driver.createContainer(sandbox.id, containerConfig({ command: under.foreverCommand }))
    await driver.startContainer(id)
    const limits = { timeoutMs: 5_000, outputBytesMax: 1_000 }
    const result = await driver.exec(id, ['echo', 'hello'], limits)
    t.is(result.exitCode, 0)
    t.regex(new TextDecoder().decode(result.stdout), /hello/)
    const lines: string[] = []
    const followed = (async () => {
      for await (const line of driver.logs(id, { follow: true }, new AbortController().signal)) {
        lines.push(new TextDecoder().decode(line.bytes))
      }
    })()
    await new Promise(resolve => setTimeout(resolve, 200))
    await driver.stopContainer(id, 5_000)
    await followed
    t.deepEqual(lines, ['started'])
    t.is(await driver.stats(id), undefined)
  })
}

function sandboxConfig(annotations: Record<string, string> = {}): SandboxConfig {
  return {
    uid: UID,
    namespace: 'default',
    name: 'pod',
    hostname: 'pod',
    ip: undefined,
    hostNetwork: true,
    hostPid: false,
    manifest: JSON.stringify({ metadata: { annotations } }),
    dnsResolvConf: '',
    hostsFile: '',
  }
}

function containerConfig(changes: Partial<ContainerConfig>): ContainerConfig {
  return {
    name: 'app',
    attempt: 0,
    image: 'none',
    command: [],
    args: [],
    env: [],
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
    ...changes,
  }
}

/** The container's state; waits a little for one that is about to be listed as ended. */
async function stateOf(driver: RuntimeDriver, id: string): Promise<ContainerState> {
  const endMs = performance.now() + WAIT_MS
  while (performance.now() < endMs) {
    const state = (await driver.listContainers()).find(each => each.id === id)
    if (state !== undefined) return state
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  throw new Error(`no container ${id}`)
}
