import { randomUUID } from 'node:crypto'
import { isApiError } from '../../api/api-error.ts'
import type { ApplicationOperation, OperationResult } from '../../api/kinds/gitops/application.ts'
import { Application } from '../../api/kinds/gitops/application.ts'
import type { Json } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { connect } from '../connect.ts'
import { findDataDirectory } from '../data-directory.ts'
import { printable } from '../output/print-table.ts'
import { UsageError } from '../usage-error.ts'

/** Commands that ask the sync engine for something: a request on the Application, answered in its status. */

interface OperateOptions {
  readonly dataDir?: string
}

export async function rollback(
  name: string,
  options: OperateOptions & { to?: string; withShared: boolean },
): Promise<void> {
  const to = options.to === undefined ? undefined : parseRolloutNumber(name, options.to)
  await operate(name, options, {
    type: 'rollback',
    ...(to !== undefined && { to }),
    ...(options.withShared && { withShared: true }),
  })
}

export function retry(name: string, options: OperateOptions): Promise<void> {
  return operate(name, options, { type: 'retry' })
}

export function approve(name: string, digest: string, options: OperateOptions): Promise<void> {
  return operate(name, options, { type: 'approve', digest })
}

/** Takes `4` and `hello-4`. */
function parseRolloutNumber(name: string, text: string): number {
  const number = Number(text.startsWith(`${name}-`) ? text.slice(name.length + 1) : text)
  if (Number.isInteger(number) && number > 0) return number
  throw new UsageError(`--to takes the number of a rollout, not ${JSON.stringify(text)}; see 'pintle history ${name}'`)
}

async function operate(
  name: string,
  options: OperateOptions,
  request: Omit<ApplicationOperation, 'id'>,
): Promise<void> {
  using connection = await connect(findDataDirectory(options.dataDir))
  const id = randomUUID()
  try {
    const body = { operation: { id, ...request } } as unknown as Json
    await connection.client.patch(Application, { name }, { type: 'merge', body }, { fieldManager: 'pintle-cli' })
  } catch (error) {
    if (isApiError(error, 'NotFound'))
      throw new UsageError(`there is no application named ${name}; see 'pintle status'`)
    throw error
  }
  const result = await answerOf(connection.client, name, id)
  if (result.outcome === 'Refused') throw new UsageError(printable(result.message))
  console.log(printable(result.message))
}

const ANSWER_TIMEOUT_MS = 60_000

function answerOf(client: Client, name: string, id: string): Promise<OperationResult> {
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      reject(
        new UsageError(
          `no answer from the sync engine after ${ANSWER_TIMEOUT_MS / 1000} s; the request stands, see 'pintle status'`,
        ),
      )
    }, ANSWER_TIMEOUT_MS)
    const finish = (settle: () => void) => {
      clearTimeout(deadline)
      watch.stop()
      settle()
    }
    const watch = client.watch(
      Application,
      { fieldSelector: `metadata.name=${name}` },
      {
        onEvent: event => {
          if (event.type === 'BOOKMARK') return
          const result = event.object.status?.operation
          if (result?.id === id) finish(() => resolve(result))
        },
        onEnd: error => finish(() => reject(error ?? new Error('the server ended the connection'))),
      },
    )
  })
}
