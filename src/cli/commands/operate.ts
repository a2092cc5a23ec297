import { randomUUID } from 'node:crypto'
import { isApiError } from '../../api/api-error.ts'
import { type OperationRequest, requestOperation } from '../../gitops/operations/request-operation.ts'
import { systemClock } from '../../lib/system-clock.ts'
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

async function operate(name: string, options: OperateOptions, request: Omit<OperationRequest, 'id'>): Promise<void> {
  using connection = await connect(findDataDirectory(options.dataDir))
  const result = await requestOperation(connection.client, systemClock, name, { id: randomUUID(), ...request }).catch(
    error => {
      throw isApiError(error) ? error : new UsageError((error as Error).message)
    },
  )
  if (result.outcome === 'Refused') throw new UsageError(printable(result.message))
  console.log(printable(result.message))
}
