import type { ServedKind } from '../api/kind-registry.ts'
import type { Clock } from '../lib/clock.ts'
import type { CollectionTarget, StoredList, StoredObject } from '../registry/registry.ts'
import type { AnswerOptions } from './answer-form.ts'
import { encodeItem, encodeObject, listFrame } from './answer-form.ts'
import { ChunkedBody } from './chunked-body.ts'
import type { Exchange } from './exchange.ts'
import { negotiateForm } from './negotiate.ts'
import { parseIncludeObject } from './request-options.ts'
import type { Warnings } from './respond.ts'
import { sendBytes } from './respond.ts'

const COMMA = [Buffer.from(',')]

/** The form the client asks for. Throws 406 or 422. */
export function answerOptions({ request, query }: Exchange, clock: Clock): AnswerOptions {
  return {
    form: negotiateForm(request.headers.accept),
    includeObject: parseIncludeObject(query),
    nowMs: clock.now(),
  }
}

export function sendObject(
  { response }: Exchange,
  code: number,
  stored: StoredObject,
  { served }: CollectionTarget,
  answer: AnswerOptions,
  warnings: Warnings,
): void {
  const bytes = encodeObject(stored, shownAs(stored, served, answer), answer)
  sendBytes(response, code, 'application/json', bytes, warnings.headers())
}

/** A subresource of another kind (Scale) has the plain columns, not those of the object it belongs to. */
function shownAs(stored: StoredObject, served: ServedKind, { form }: AnswerOptions): ServedKind {
  if (form.type !== 'table' || stored.object().kind === served.kind.kind) return served
  const { toStorage: _to, fromStorage: _from, ...version } = served.version
  return { ...served, version: { ...version, columns: [] } }
}

/** Sends the objects one by one, however many there are. */
export async function sendList(
  { response }: Exchange,
  list: StoredList,
  served: ServedKind,
  answer: AnswerOptions,
  warnings: Warnings,
): Promise<void> {
  const body = new ChunkedBody(response, { 'content-type': 'application/json', ...warnings.headers() })
  const { head, tail } = listFrame(served, answer, {
    resourceVersion: String(list.revision),
    ...(list.continue !== undefined && { continue: list.continue }),
    ...(list.remainingItemCount !== undefined && { remainingItemCount: list.remainingItemCount }),
  })
  body.add([Buffer.from(head)])
  for (const [index, stored] of list.items.entries()) {
    if (index > 0) body.add(COMMA)
    if (body.add(encodeItem(stored, served, answer)) && !(await body.flush())) return
  }
  body.add([Buffer.from(tail)])
  body.end()
}
