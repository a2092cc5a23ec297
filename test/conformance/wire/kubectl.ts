import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { writeKubeconfig } from '../../../src/server/pki/kubeconfig.ts'
import type { TestApiServer } from '../../server/start-api-server.ts'

interface KubectlResult {
  readonly code: number
  readonly out: string
  readonly error: string
}

export interface Kubectl {
  /** Runs to its end; `input` is its standard input. */
  run(args: readonly string[], input?: string): Promise<KubectlResult>
  /** Runs until `text` was printed, then ends it; what was printed. */
  runUntil(args: readonly string[], text: string): Promise<string>
  close(): Promise<void>
}

const RUN_MS_MAX = 30_000

/** The binary of one minor version: `kubectl.1.33` on the PATH, or beside what the `kubectl` link leads to. */
export function findKubectl(minor: string): string | undefined {
  const directories = (process.env['PATH'] ?? '').split(delimiter)
  const links = directories.map(directory => join(directory, 'kubectl')).filter(path => existsSync(path))
  const candidates = [...directories, ...links.map(link => dirname(realpathSync(link)))]
  return candidates.map(directory => join(directory, `kubectl.${minor}`)).find(path => existsSync(path))
}

/** kubectl as admin of that server, with a home and a cache of its own. */
export async function openKubectl(binary: string, server: TestApiServer): Promise<Kubectl> {
  const home = await mkdtemp(join(tmpdir(), 'pintle-kubectl-'))
  const kubeconfig = join(home, 'kubeconfig')
  const { admin, pki, url } = server
  await writeKubeconfig(kubeconfig, {
    server: url,
    caCertificate: pki.caCertificate,
    user: 'admin',
    credentials: admin,
  })
  const environment = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: kubeconfig }

  function start(args: readonly string[], input: string, onOut: (text: string, end: () => void) => void) {
    return new Promise<KubectlResult>((resolve, reject) => {
      const child = spawn(binary, args, { env: environment, timeout: RUN_MS_MAX })
      let out = ''
      let error = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        out += text
        onOut(out, () => child.kill())
      })
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        error += text
      })
      child.on('error', reject)
      child.on('close', code => resolve({ code: code ?? -1, out, error }))
      child.stdin.on('error', () => {})
      child.stdin.end(input)
    })
  }

  return {
    run: (args, input = '') => start(args, input, () => {}),
    async runUntil(args, text) {
      const { out } = await start(args, '', (printed, end) => {
        if (printed.includes(text)) end()
      })
      return out
    },
    close: () => rm(home, { recursive: true, force: true }),
  }
}
