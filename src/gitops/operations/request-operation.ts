import { isApiError } from '../../api/api-error.ts'
import type { ApplicationOperation, OperationResult } from '../../api/kinds/gitops/application.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly, Json } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import type { Clock } from '../../lib/clock.ts'

export type OperationRequest = Omit<ApplicationOperation, 'requestedBy'>

const ANSWER_WAIT_MS = 30_000

/**
 * Asks the sync engine for a rollback, a retry or an approval, as whoever `client` is, and resolves with the answer. Works
 * over HTTPS and in process. Sending the same id again is the same request. Rejects when the engine does not answer.
 */
export async function requestOperation(
  client: Client,
  clock: Clock,
  application: string,
  request: OperationRequest,
): Promise<DeepReadonly<OperationResult>> {
  await send(client, application, request)
  return waitForAnswer(client, clock, application, request.id)
}

async function send(client: Client, name: string, request: OperationRequest): Promise<void> {
  try {
    await client.patch(Application, { name }, { type: 'merge', body: { operation: request as unknown as Json } })
  } catch (error) {
    if (!isApiError(error, 'NotFound')) throw error
    throw new Error(`there is no application ${JSON.stringify(name)}; see: pintle status`)
  }
}

function waitForAnswer(client: Client, clock: Clock, name: string, id: string): Promise<DeepReadonly<OperationResult>> {
  return new Promise((resolve, reject) => {
    const settle = (action: () => void) => {
      timer.cancel()
      watch.stop()
      action()
    }
    const timer = clock.setTimer(ANSWER_WAIT_MS, () =>
      settle(() =>
        reject(
          new Error(
            `the sync engine did not answer within ${ANSWER_WAIT_MS / 1000}s; the request stands and is answered when it runs`,
          ),
        ),
      ),
    )
    const watch = client.watch(
      Application,
      { fieldSelector: `metadata.name=${name}` },
      {
        onEvent(event) {
          const answer = event.type === 'BOOKMARK' ? undefined : event.object.status?.operation
          if (answer?.id === id) settle(() => resolve(answer))
        },
        onEnd: error => settle(() => reject(error ?? new Error('the server ended the watch; see: pintle status'))),
      },
    )
  })
}
