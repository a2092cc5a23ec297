import { HttpConnection, toApiError } from '../client/http-connection.ts'
import { loadKubeconfig } from '../client/kubeconfig.ts'
import { systemClock } from '../lib/system-clock.ts'
import type { DataDirectory } from './data-directory.ts'

/** One request to a path of our own on the API server, as the administrator. Throws ApiError. */
export async function requestJson<Answer>(
  directory: DataDirectory,
  method: 'GET' | 'POST',
  path: string,
): Promise<Answer> {
  const access = await loadKubeconfig(directory.kubeconfig())
  const connection = new HttpConnection({ access, clock: systemClock, userAgent: 'pintle-cli' })
  try {
    const { code, body } = await connection.send({ method, path })
    if (code >= 400) throw toApiError(code, body)
    return JSON.parse(body.toString()) as Answer
  } finally {
    connection.close()
  }
}
