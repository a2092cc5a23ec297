import { apiError } from '../../src/api/api-error.ts'
import type { Json } from '../../src/api/object.ts'
import type { LogRequest } from '../../src/client/node-tunnel-protocol.ts'
import { formatMicroTime } from '../../src/lib/clock.ts'
import type { LogLine, RuntimeDriver } from './runtime-driver.ts'

/** Answers `logs` requests of the server: the lines of one container, as bytes. */
export async function* podLogs(
  driver: RuntimeDriver,
  parameters: Json,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const request = parameters as unknown as LogRequest
  const id = await findContainer(driver, request)
  const options = {
    follow: request.follow,
    ...(request.tailLines !== undefined && { tailLines: request.tailLines }),
    ...(request.sinceMs !== undefined && { sinceMs: request.sinceMs }),
  }
  let left = request.limitBytes ?? Number.POSITIVE_INFINITY
  for await (const line of driver.logs(id, options, signal)) {
    const bytes = formatLine(line, request.timestamps).subarray(0, left)
    left -= bytes.byteLength
    if (bytes.byteLength > 0) yield bytes
    if (left <= 0) return
  }
}

async function findContainer(driver: RuntimeDriver, request: LogRequest): Promise<string> {
  const { namespace, pod, container, previous } = request
  const sandboxes = await driver.listSandboxes()
  const sandbox =
    sandboxes.find(each => each.uid === request.uid) ??
    sandboxes.find(each => each.namespace === namespace && each.name === pod)
  const attempts = (await driver.listContainers())
    .filter(each => each.sandboxId === sandbox?.id && each.name === container)
    .sort((a, b) => b.attempt - a.attempt)
  const [latest, before] = attempts
  if (previous) {
    if (before !== undefined) return before.id
    throw apiError(
      'BadRequest',
      `previous terminated container ${JSON.stringify(container)} in pod ${JSON.stringify(pod)} not found`,
    )
  }
  if (latest !== undefined) return latest.id
  throw apiError(
    'BadRequest',
    `container ${JSON.stringify(container)} in pod ${JSON.stringify(pod)} is waiting to start: ContainerCreating`,
  )
}

function formatLine({ bytes, timeMs }: LogLine, timestamps: boolean): Uint8Array {
  const stamp = timestamps ? `${formatMicroTime(timeMs)} ` : ''
  const prefix = new TextEncoder().encode(stamp)
  const line = new Uint8Array(prefix.byteLength + bytes.byteLength + 1)
  line.set(prefix)
  line.set(bytes, prefix.byteLength)
  line[line.byteLength - 1] = 10
  return line
}
