import { existsSync } from 'node:fs'

const SOCKET = '/var/run/docker.sock'
const ANSWER_MS_MAX = 1_000

/** The engine's socket: `DOCKER_HOST` where that is one, else the usual place. */
export function engineSocket(): string {
  const address = process.env['DOCKER_HOST']
  return address?.startsWith('unix://') ? address.slice('unix://'.length) : (address ?? SOCKET)
}

/** The socket of a Docker engine that answers within a second; undefined when there is none. */
export async function findEngine(): Promise<string | undefined> {
  const socketPath = engineSocket()
  if (!existsSync(socketPath)) return undefined
  const { default: Docker } = await import('dockerode')
  const engine = new Docker({ socketPath, timeout: ANSWER_MS_MAX })
  return await engine.ping().then(
    () => socketPath,
    () => undefined,
  )
}
