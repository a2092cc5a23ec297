import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Application } from '../../src/api/kinds/gitops/application.ts'
import type { Client } from '../../src/client/client.ts'
import { startBenchServer } from './bench-server.ts'
import type { Benchmark } from './figure.ts'
import { figure, quantile } from './figure.ts'

const PUSHES = 50
const APPLICATIONS = 1_000
const TIMEOUT_MS = 120_000

/** From push to running: one-line pushes one after the other, and a thousand applications from nothing. */
export const benchmark: Benchmark = async function* () {
  await using server = await startBenchServer()
  const clone = mkdtempSync(join(tmpdir(), 'pintle-bench-clone-'))
  try {
    git(clone, 'init', '--quiet', '--initial-branch=main')
    git(clone, 'remote', 'add', 'origin', server.repository)
    yield* onePushes(server.client, clone)
    yield await manyApplications(server.client, clone)
  } finally {
    rmSync(clone, { recursive: true, force: true })
  }
}

async function* onePushes(client: Client, clone: string) {
  const samples = { landed: [] as number[], applied: [] as number[], healthy: [] as number[], answered: [] as number[] }
  for (let at = 0; at < PUSHES; at++) {
    write(clone, 'apps/one/config.yaml', configMap('one', at))
    git(clone, 'add', '.')
    git(clone, 'commit', '--quiet', '-m', `push ${at}`)
    const commit = git(clone, 'rev-parse', 'HEAD').trim()
    const startedMs = performance.now()
    const since = () => performance.now() - startedMs
    const reached = reaches(client, commit, since)
    const push = spawn('git', ['push', '--quiet', 'origin', 'main'], { cwd: clone, stdio: 'ignore' })
    await new Promise(resolve => push.once('exit', resolve))
    samples.answered.push(since())
    const { appliedMs, healthyMs } = await reached
    samples.applied.push(appliedMs)
    samples.healthy.push(healthyMs)
  }
  for (const fraction of [0.5, 0.99]) {
    const label = `p${fraction * 100} of ${PUSHES}`
    yield figure(`push: push -> applied, ${label}`, quantile(samples.applied, fraction), 'ms')
    yield figure(`push: push -> healthy, ${label}`, quantile(samples.healthy, fraction), 'ms')
    yield figure(`push: git push answers, ${label}`, quantile(samples.answered, fraction), 'ms')
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

async function manyApplications(client: Client, clone: string) {
  for (let at = 0; at < APPLICATIONS; at++) {
    for (let object = 0; object < 4; object++) {
      write(clone, `apps/many-${at}/config-${object}.yaml`, configMap(`config-${object}`, at))
    }
  }
  git(clone, 'add', '.')
  git(clone, 'commit', '--quiet', '-m', 'many applications')
  const startedMs = performance.now()
  git(clone, 'push', '--quiet', '-o', 'nowait', 'origin', 'main')
  for (;;) {
    const { items } = await client.list(Application)
    const healthy = items.filter(({ status }) => status?.phase === 'Healthy').length
    if (healthy >= APPLICATIONS + 1) break
    if (performance.now() - startedMs > TIMEOUT_MS)
      throw new Error(`${healthy} of ${APPLICATIONS} applications after two minutes`)
    await new Promise(resolve => setTimeout(resolve, 100))
  }
  const seconds = (performance.now() - startedMs) / 1000
  return figure(`push: ${APPLICATIONS} applications of 4 objects from nothing`, seconds, 's')
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
