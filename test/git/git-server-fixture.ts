import { spawn } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { ExecutionContext } from 'ava'
import { createGitHttpHandler } from '../../src/git/git-http-handler.ts'
import { createHookServer } from '../../src/git/hook-server.ts'
import { installHooks } from '../../src/git/install-hooks.ts'
import type { DiskGitRepository } from '../../src/git/open-git-repository.ts'
import { openGitRepository } from '../../src/git/open-git-repository.ts'
import type { PushGate } from '../../src/git/push-gate.ts'
import { silentLogger } from '../../src/lib/log.ts'
import { systemClock } from '../../src/lib/system-clock.ts'

/** A real Git server in a folder of its own: repository, hooks, socket and HTTP on loopback. */
export interface GitServer {
  readonly folder: string
  readonly repository: DiskGitRepository
  readonly pushesLogPath: string
  readonly socketPath: string
  readonly url: string
  /** Ends the hook's socket, as when the engine stops; `start` puts it back. */
  stopEngine(): Promise<void>
  startEngine(): Promise<void>
  /** A clone in a folder of its own. */
  clone(name: string, remote?: string): Promise<Clone>
}

export async function startGitServer(
  t: ExecutionContext,
  gate: Partial<PushGate> = {},
  user = 'ada',
): Promise<GitServer> {
  const folder = await mkdtemp(join(tmpdir(), 'pintle git-'))
  const paths = {
    hooksPath: join(folder, 'git', 'hooks'),
    socketPath: join(folder, 'pintle.sock'),
    pushesLogPath: join(folder, 'git', 'pushes.log'),
  }
  const runtime = { clock: systemClock, log: silentLogger }
  const repository = await openGitRepository({
    path: join(folder, 'git', 'cluster.git'),
    hooksPath: paths.hooksPath,
    ...runtime,
  })
  await installHooks(paths)
  const wholeGate: PushGate = { preReceive: async () => ({ accepted: true }), postReceive: async () => {}, ...gate }
  const startHooks = () => createHookServer({ socketPath: paths.socketPath, gate: wholeGate, repository, ...runtime })
  let hooks = await startHooks()
  const handler = createGitHttpHandler({ repositoryPath: repository.path, command: repository.command, ...runtime })
  const http = createServer((request, response) => {
    response.statusCode = 404 // as Koa begins
    void handler(request, response, { user })
  })
  await new Promise<void>(resolve => http.listen(0, '127.0.0.1', resolve))
  t.teardown(async () => {
    http.closeAllConnections()
    http.close()
    await hooks.close()
    await repository.close()
    await rm(folder, { recursive: true, force: true })
  })
  return {
    folder,
    repository,
    ...paths,
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/git/cluster.git`,
    stopEngine: () => hooks.close(),
    startEngine: async () => {
      hooks = await startHooks()
    },
    clone: (name, remote = repository.path) => cloneInto(join(folder, name), remote),
  }
}

interface Clone {
  readonly path: string
  git(...args: string[]): Promise<Output>
  /** Writes files (null: removes) and commits them; the new commit's id. */
  commit(files: Record<string, string | Buffer | null>, message?: string): Promise<string>
}

export interface Output {
  readonly code: number | null
  readonly stdout: string
  readonly stderr: string
}

async function cloneInto(path: string, remote: string): Promise<Clone> {
  const cloned = await run('git', ['clone', '--quiet', remote, path], dirname(path))
  if (cloned.code !== 0) throw new Error(cloned.stderr)
  const git = (...args: string[]) => run('git', args, path)
  await git('symbolic-ref', 'HEAD', 'refs/heads/main')
  return {
    path,
    git,
    async commit(files, message = 'Change') {
      for (const [name, content] of Object.entries(files)) {
        const file = join(path, name)
        await mkdir(dirname(file), { recursive: true })
        if (content === null) await rm(file, { recursive: true })
        else await writeFile(file, content)
      }
      await git('add', '--all')
      const made = await git('commit', '--quiet', '--allow-empty', '-m', message)
      if (made.code !== 0) throw new Error(made.stderr)
      return (await git('rev-parse', 'HEAD')).stdout.trim()
    },
  }
}

/** A person's git: with a name, without the machine's configuration, and with nothing inherited. */
export const PERSON: Readonly<Record<string, string>> = {
  PATH: process.env['PATH']!,
  HOME: '/nonexistent',
  LC_ALL: 'C',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_AUTHOR_NAME: 'Mallory',
  GIT_AUTHOR_EMAIL: 'mallory@example.com',
  GIT_COMMITTER_NAME: 'Mallory',
  GIT_COMMITTER_EMAIL: 'mallory@example.com',
  GIT_TERMINAL_PROMPT: '0',
}

export function run(command: string, args: readonly string[], cwd: string, input?: string): Promise<Output> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd, env: PERSON, stdio: ['pipe', 'pipe', 'pipe'], timeout: 60_000 })
    let [stdout, stderr] = ['', '']
    child.stdout.on('data', chunk => (stdout += chunk))
    child.stderr.on('data', chunk => (stderr += chunk))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    child.on('error', reject)
    child.on('close', code => resolve({ code, stdout, stderr }))
  })
}
