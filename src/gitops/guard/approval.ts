import type { Approval } from '../../api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../api/object.ts'
import { digestOf } from '../object/digest.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { compareText, formatRef } from '../object/object-ref.ts'

/** Digits of a digest that people type; fewer are refused. */
const APPROVAL_DIGITS_MIN = 12

export interface DeleteList {
  readonly digest: string
  /** `Kind namespace/name`, sorted. */
  readonly objects: readonly string[]
}

/** The list a person approves: its digest covers the application and every object, in one fixed order. */
export function deleteListOf(application: string, deletes: readonly ObjectRef[]): DeleteList {
  const objects = deletes.map(formatRef).sort(compareText)
  return { objects, digest: digestOf({ application, delete: objects }) }
}

/** True when `approval` covers the list: it may have shrunk since, never grown. */
export function isApproved(list: DeleteList, approval: DeepReadonly<Approval> | undefined): boolean {
  if (approval === undefined) return false
  const approved = new Set(approval.objects)
  return list.objects.every(object => approved.has(object))
}

/** True when a person's text names this digest: whole, or its first digits. */
export function namesDigest(text: string, digest: string): boolean {
  return text.length >= APPROVAL_DIGITS_MIN && /^[0-9a-f]+$/.test(text) && digest.startsWith(text)
}

/** Digests in the `Pintle-Approve:` trailers of a commit message: `<digest>` or `<application> <digest>`. */
export function approvalsInMessage(message: string, application: string): readonly string[] {
  const lines = message.split('\n').filter(line => /^pintle-approve:/i.test(line))
  return lines.flatMap(line => {
    const words = line
      .slice(line.indexOf(':') + 1)
      .trim()
      .split(/\s+/)
    if (words.length === 1) return words
    return words.length === 2 && words[0] === application ? words.slice(1) : []
  })
}
