import { isApiError } from '../../api/api-error.ts'
import type { DeepReadonly, KubeObject } from '../../api/object.ts'
import type { Client } from '../../client/client.ts'
import { SYNC_MANAGER } from '../engine/sync-identity.ts'
import { judgeHealth } from '../health/judge-health.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { formatRef, refKey } from '../object/object-ref.ts'
import { showText } from '../object/show-text.ts'
import type { RenderedObject } from '../render/rendered-application.ts'
import { isPassing, keyOf, readLive } from './read-live.ts'
import { takeOver } from './take-over.ts'
import { DEFAULT_YIELDED_FIELDS, yieldFields } from './yield-fields.ts'

export interface ApplyFailure {
  readonly ref: ObjectRef
  /** One sentence; never a secret's value. */
  readonly message: string
  /** Another try may do better. */
  readonly passing: boolean
}

export interface ApplyResult {
  readonly failures: readonly ApplyFailure[]
  /** The next wave waits for these; empty when every wave was applied. */
  readonly waitingFor: readonly string[]
}

/**
 * Applies objects in their order, wave by wave: a wave begins when all before it are Healthy. One that fails does not
 * stop the others. Doing it again changes nothing more.
 */
export async function applyObjects(
  client: Client,
  objects: readonly RenderedObject[],
  replaceable: ReadonlySet<string>,
): Promise<ApplyResult> {
  const failures: ApplyFailure[] = []
  const waves = [...new Set(objects.map(object => object.wave))]
  for (const wave of waves) {
    const waitingFor: string[] = []
    for (const object of objects.filter(each => each.wave === wave)) {
      const applied = await applyObject(client, object, replaceable, failures)
      const { health } = judgeHealth(applied)
      if (health !== 'Healthy') waitingFor.push(formatRef(object.ref))
    }
    if (waitingFor.length > 0 && wave !== waves.at(-1)) return { failures, waitingFor }
  }
  return { failures, waitingFor: [] }
}

async function applyObject(
  client: Client,
  rendered: RenderedObject,
  replaceable: ReadonlySet<string>,
  failures: ApplyFailure[],
): Promise<DeepReadonly<KubeObject> | undefined> {
  const { ref, kind, key } = rendered
  try {
    const live = await takeOver(client, kind, await readLive(client, kind, keyOf(ref)))
    const object = yieldFields(rendered.object, live, DEFAULT_YIELDED_FIELDS)
    return await writeObject(client, rendered, object, replaceable.has(key))
  } catch (error) {
    failures.push({ ref, message: `${formatRef(ref)}: ${failureText(rendered, error)}`, passing: isPassing(error) })
    return undefined
  }
}

async function writeObject(client: Client, rendered: RenderedObject, object: KubeObject, mayReplace: boolean) {
  const options = { fieldManager: SYNC_MANAGER, force: true, fieldValidation: 'Strict' } as const
  try {
    return await client.apply(rendered.kind, object, options)
  } catch (error) {
    if (!mayReplace || !isApiError(error, 'Invalid')) throw error
    await client.delete(rendered.kind, keyOf(rendered.ref), { propagation: 'Background' })
    return client.apply(rendered.kind, object, options)
  }
}

/** The server's words; for a kind of secrets only its reason, because a message may quote a value. */
function failureText({ kind }: RenderedObject, error: unknown): string {
  if (!isApiError(error)) return 'the API server did not answer'
  return kind.secret ? error.reason : showText(error.message, 400)
}

/** Deletes objects in the order given, each only if it is still the one that was judged. */
export async function deleteObjects(client: Client, refs: readonly ObjectRef[]): Promise<readonly ApplyFailure[]> {
  const failures: ApplyFailure[] = []
  for (const ref of refs) {
    const served = client.kinds.byKind(ref.apiVersion, ref.kind)
    if (served === undefined) continue
    try {
      await client.delete(served.kind, keyOf(ref), { propagation: 'Background' })
    } catch (error) {
      if (isApiError(error, 'NotFound')) continue
      failures.push({
        ref,
        message: `${formatRef(ref)} cannot be deleted: ${showText(String(error), 300)}`,
        passing: isPassing(error),
      })
    }
  }
  return failures
}

export function keysOf(refs: readonly ObjectRef[]): ReadonlySet<string> {
  return new Set(refs.map(refKey))
}
