import { existsSync } from 'node:fs'

const SOCKET = '/var/run/docker.sock'
const ANSWER_MS_MAX = 1_000

/** The address of a Docker engine that answers within a second; undefined when there is none. */
export async function detectEngine(): Promise<string | undefined> {
  const address = process.env['DOCKER_HOST'] ?? SOCKET
  const socketPath = address.replace(/^unix:\/\//, '')
  if (!existsSync(socketPath)) return undefined
  const { default: Docker } = await import('dockerode')
  const engine = new Docker({ socketPath, timeout: ANSWER_MS_MAX })
  return await engine.ping().then(
    () => socketPath,
    () => undefined,
  )
}
