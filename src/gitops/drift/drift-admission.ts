import { apiError } from '../../api/api-error.ts'
import { equalJson } from '../../api/equal-json.ts'
import type { Application } from '../../api/kinds/gitops/application.ts'
import { GITOPS_GROUP } from '../../api/kinds/gitops/gitops-schema.ts'
import type { KubeObject } from '../../api/object.ts'
import type { AdmissionPlugin, AdmissionReview } from '../../registry/admission.ts'
import type { RequestContext } from '../../registry/registry.ts'
import { appliedFields, lostFields } from '../apply/owned-fields.ts'
import type { ObjectOwners } from '../engine/object-owners.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { formatRef, refKey } from '../object/object-ref.ts'
import { listWords, showText } from '../object/show-text.ts'
import type { DriftWriters } from './drift-writers.ts'

/** What the judge is told about applications: a view that the sync engine keeps. */
export interface DriftView {
  readonly owners: ObjectOwners
  readonly writers: DriftWriters
  /** `hold` or `heal`; undefined for an application it does not know. */
  readonly modeOf: (application: string) => string | undefined
}

/**
 * Judges live writes at the API server, at the moment they are made and with the user's name: a write by a person to
 * something Git manages is let through with a warning that names the application, and is healed or held afterwards by the
 * sync engine. Specs of our own kinds come from Git only; a person may write an Application's `operation`, and the server
 * says who asked.
 */
export function createDriftAdmission(view: DriftView): AdmissionPlugin {
  return {
    name: 'drift',
    async mutate(review) {
      if (isOurs(review) && review.context.origin !== 'sync') stampOperation(review)
    },
    async validate(review) {
      if (review.context.origin === 'sync') return
      if (isOurs(review)) refuseOwnKinds(review)
      else if (review.context.origin === 'client') judgeWrite(review, view)
    },
  }
}

function isOurs({ served }: AdmissionReview<unknown>): boolean {
  return served.kind.group === GITOPS_GROUP
}

/** The server, not the client, says who asked. */
function stampOperation({ object, current, context }: AdmissionReview<KubeObject>): void {
  const operation = (object as Application | undefined)?.operation
  if (operation === undefined) return
  const before = (current as Application | undefined)?.operation
  operation.requestedBy =
    before !== undefined && before.id === operation.id ? (before.requestedBy ?? context.user.user) : context.user.user
}

function refuseOwnKinds(review: AdmissionReview<Readonly<KubeObject>>): void {
  const { object, current, served, name, operation } = review
  const what = `${served.kind.kind} ${JSON.stringify(name)}`
  if (operation !== 'UPDATE' || object === undefined || current === undefined) {
    throw refusal(review, `${what} is made and removed by the sync engine: change the Git repository and push`)
  }
  const [after, before] = [object as unknown as Application, current as unknown as Application]
  if (!equalJson(after.spec, before.spec) || !equalJson(after.status, before.status)) {
    throw refusal(review, `${what} is what Git says: change ${showText(before.spec.path ?? 'the repository')} and push`)
  }
  const pending = before.operation
  if (pending !== undefined && !equalJson(after.operation, pending)) {
    throw refusal(
      review,
      `${what} has a request under way (${pending.type} by ${pending.requestedBy ?? 'unknown'}): wait for its answer`,
    )
  }
}

function refusal({ served, name }: AdmissionReview<unknown>, message: string) {
  return apiError('Forbidden', message, { name, group: served.kind.group, kind: served.kind.plural })
}

function judgeWrite(review: AdmissionReview<Readonly<KubeObject>>, view: DriftView): void {
  const { operation, current, context, served, namespace, name } = review
  // Fields of the API server's own subresources (status, binding) are nobody's manifest; `scale` is.
  if (current === undefined || (review.subresource !== undefined && review.subresource !== 'scale')) return
  if (isMachine(context)) return
  const ref: ObjectRef = {
    apiVersion: current.apiVersion,
    kind: served.kind.kind,
    ...(namespace !== undefined && served.kind.namespaced && { namespace }),
    name,
  }
  const application = view.owners.ownerOf(refKey(ref))
  if (application === undefined) return
  const fields = operation === 'DELETE' ? ['deleted'] : lostFields(appliedFields(current), appliedFields(review.object))
  if (fields.length === 0) return
  context.warn(warningText(ref, application, fields, operation, view.modeOf(application)))
  if (!context.dryRun) view.writers.note(ref, { user: context.user.user, fields })
}

/** Agents and the system's own identities do not edit manifests. */
function isMachine({ user }: RequestContext): boolean {
  return user.user.startsWith('system:') && !user.groups.includes('system:masters')
}

function warningText(
  ref: ObjectRef,
  application: string,
  fields: readonly string[],
  operation: string,
  mode: string | undefined,
): string {
  const subject = `${formatRef(ref)} belongs to application ${application} (in Git)`
  const held = mode === 'hold'
  if (operation === 'DELETE') {
    return held
      ? `${subject}: it stays deleted until the next rollout, and is reported`
      : `${subject}: it will be created again; remove it from Git instead`
  }
  const what = listWords(
    fields.map(field => showText(field)),
    5,
  )
  return held
    ? `${subject}: the change of ${what} is kept and reported`
    : `${subject}: the change of ${what} will be reverted; commit it to Git instead`
}
