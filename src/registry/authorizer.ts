import type { KubeObject, ObjectKey } from '../api/object.ts'
import type { Identity } from '../client/client.ts'

/** Port: says whether somebody may do something. Wiring hands an implementation to the registry and the HTTP edge. */
export interface Authorizer {
  /** Undefined = allowed; else why not, as the end of a sentence. */
  refuse(request: AccessRequest): Promise<string | undefined>
  /** The registry that asks lends its memory, once, before its first question. */
  readFrom?(objects: ObjectReader): void
}

export interface AccessRequest {
  readonly user: Identity
  /** get, list, watch, create, update, patch, delete, deletecollection; for non-resource paths the HTTP method. */
  readonly verb: string
  readonly resource?: {
    readonly group: string
    readonly plural: string
    readonly subresource?: string
    readonly namespace?: string
    readonly name?: string
    /** For list and watch: the caller's field selector, so that a node may watch only its own pods. */
    readonly fieldSelector?: string
  }
  /** `/version`, `/openapi/v3`; `/git` for the Git server. */
  readonly path?: string
}

/** What there is, without asking who wants to know. Nothing it returns may reach a client. */
export interface ObjectReader {
  read(group: string, plural: string, key: ObjectKey): Readonly<KubeObject> | undefined
  /** Not to be iterated across an await. */
  readAll(group: string, plural: string, namespace: string | undefined): Iterable<Readonly<KubeObject>>
}
