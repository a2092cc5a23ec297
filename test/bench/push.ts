import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, watch, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Application } from '../../src/api/kinds/gitops/application.ts'
import type { Client } from '../../src/client/client.ts'
import { type BenchServer, memoryOf, startBenchServer, whileWatchingOwnLoop } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure, quantile, timeEach } from './figure.ts'

const PUSHES = 50
const WARM_UP = 5
const APPLICATIONS = 1_000
const TIMEOUT_MS = 120_000
/** Every look parses a thousand applications: often enough to be exact, seldom enough to disturb nothing. */
const POLL_MS = 250

/** From push to running: one-line pushes one after the other, and a thousand applications from nothing. */
export const benchmark: Benchmark = async function* () {
  await using server = await startBenchServer()
  const clone = mkdtempSync(join(tmpdir(), 'pintle-bench-clone-'))
  try {
    git(clone, 'init', '--quiet', '--initial-branch=main')
    git(clone, 'remote', 'add', 'origin', server.repository)
    git(clone, 'remote', 'add', 'floor', createFloor(server.directory))
    yield* onePushes(server, clone)
    yield* manyApplications(server, clone)
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
}

/** The way of a push, in the order in which its stations are reached, each in ms from its start. */
const STATIONS = ['planned', 'landed', 'applied', 'healthy', 'answered'] as const
type Station = (typeof STATIONS)[number]

async function* onePushes({ client, repository }: BenchServer, clone: string) {
  const samples: Record<Station, number[]> = { planned: [], landed: [], applied: [], healthy: [], answered: [] }
  const floor: number[] = []
  for (let at = 0; at < PUSHES; at++) {
    write(clone, 'apps/one/config.yaml', configMap('one', at))
    git(clone, 'add', '.')
    git(clone, 'commit', '--quiet', '-m', `push ${at}`)
    const commit = git(clone, 'rev-parse', 'HEAD').trim()
    const reached = await pushOnce(client, repository, clone, commit)
    // The first ones compile what all the others run.
    if (at < WARM_UP) continue
    for (const station of STATIONS) samples[station].push(reached[station])
    floor.push(...(await timeEach(1, () => ended(spawn('git', ['push', '--quiet', 'floor', 'main'], { cwd: clone })))))
  }
  for (const fraction of [0.5, 0.99]) {
    const reference = ['git push through an empty hook', quantile(floor, fraction)] as const
    for (const station of STATIONS) {
      const label = station === 'answered' ? 'git push answers' : `push -> ${station}`
      const name = `push: ${label}, p${fraction * 100} of ${samples[station].length}`
      yield figure(name, quantile(samples[station], fraction), 'ms', reference)
    }
  }
}

async function pushOnce(
  client: Client,
  repository: string,
  clone: string,
  commit: string,
): Promise<Record<Station, number>> {
  const startedMs = performance.now()
  const since = () => performance.now() - startedMs
  let plannedMs: number | undefined
  const landed = lands(repository, commit, since)
  const synced = reaches(client, commit, since)
  const push = spawn('git', ['push', 'origin', 'main'], { cwd: clone, stdio: ['ignore', 'ignore', 'pipe'] })
  push.stderr.on('data', data => {
    if (String(data).includes('remote:')) plannedMs ??= since()
  })
  await ended(push)
  const answered = since()
  const { appliedMs, healthyMs } = await synced
  return {
    planned: plannedMs ?? Number.NaN,
    landed: await landed,
    applied: appliedMs,
    healthy: healthyMs,
    answered,
  }
}

/** When `main` of the repository is at this commit. */
function lands(repository: string, commit: string, since: () => number): Promise<number> {
  return new Promise(resolve => {
    const heads = join(repository, 'refs', 'heads')
    const watcher = watch(heads, () => {
      if (readIfThere(join(heads, 'main')) !== commit) return
      watcher.close()
      resolve(since())
    })
  })
}

function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return undefined
  }
}

/** When the application `one` says that this commit is applied, and healthy. */
function reaches(
  client: Client,
  commit: string,
  since: () => number,
): Promise<{ appliedMs: number; healthyMs: number }> {
  return new Promise((resolve, reject) => {
    let appliedMs: number | undefined
    const watch = client.watch(
      Application,
      { fieldSelector: 'metadata.name=one' },
      {
        onEvent(event) {
          if (event.type === 'BOOKMARK') return
          const { applied, healthy } = event.object.status ?? {}
          if (applied?.commit === commit) appliedMs ??= since()
          if (healthy?.commit !== commit) return
          watch.stop()
          resolve({ appliedMs: appliedMs ?? since(), healthyMs: since() })
        },
        onEnd: error => reject(error ?? new Error('the watch ended')),
      },
    )
  })
}

async function* manyApplications(server: BenchServer, clone: string) {
  for (let at = 0; at < APPLICATIONS; at++) {
    for (let object = 0; object < 4; object++) {
      write(clone, `apps/many-${at}/config-${object}.yaml`, configMap(`config-${object}`, at))
    }
  }
  git(clone, 'add', '.')
  git(clone, 'commit', '--quiet', '-m', 'many applications')
  await server.longestStallMs()
  const { result: seconds, stallMs } = await whileWatchingOwnLoop(() => syncAll(server.client, clone))
  yield figure(`push: ${APPLICATIONS} applications of 4 objects from nothing`, seconds, 's')
  const stall = await server.longestStallMs()
  const reference = ["the client's own", stallMs] as const
  yield figure(`push: ${APPLICATIONS} applications, longest stall of the event loop`, stall, 'ms', reference)
  yield figure(`push: ${APPLICATIONS} applications, memory of the server (PSS)`, memoryOf(server.process.pid!), 'MB')
}

/** Pushes, then waits until all are Healthy; seconds. */
async function syncAll(client: Client, clone: string): Promise<number> {
  const startedMs = performance.now()
  const push = spawn('git', ['push', '--quiet', '-o', 'nowait', 'origin', 'main'], { cwd: clone, stdio: 'ignore' })
  await ended(push)
  for (;;) {
    const { items } = await client.list(Application)
    const healthy = items.filter(({ status }) => status?.phase === 'Healthy').length
    if (healthy >= APPLICATIONS + 1) return (performance.now() - startedMs) / 1000
    if (performance.now() - startedMs > TIMEOUT_MS)
      throw new Error(`${healthy} of ${APPLICATIONS} applications after two minutes`)
    await new Promise(resolve => setTimeout(resolve, POLL_MS))
  }
}

/** What Git and the start of one Node cost: a bare repository whose pre-receive hook does nothing. */
function createFloor(directory: string): string {
  const repository = join(directory, 'floor.git')
  git(directory, 'init', '--quiet', '--bare', '--initial-branch=main', repository)
  writeFileSync(join(repository, 'empty.js'), '')
  const hook = `#!/bin/sh\nexec '${process.execPath}' '${join(repository, 'empty.js')}'\n`
  writeFileSync(join(repository, 'hooks', 'pre-receive'), hook, { mode: 0o755 })
  return repository
}

function ended(child: ChildProcess): Promise<unknown> {
  return new Promise(resolve => child.once('close', resolve))
}

function configMap(name: string, value: number): string {
  return `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  value: "${value}"\n`
}

function write(clone: string, path: string, text: string): void {
  mkdirSync(join(clone, path, '..'), { recursive: true })
  writeFileSync(join(clone, path), text)
}

function git(cwd: string, ...args: string[]): string {
  const author = {
    GIT_AUTHOR_NAME: 'Bench',
    GIT_AUTHOR_EMAIL: 'bench@localhost',
    GIT_COMMITTER_NAME: 'Bench',
    GIT_COMMITTER_EMAIL: 'bench@localhost',
  }
  return execFileSync('git', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, ...author },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
}
