import { storageApiVersion } from '../../api/kind.ts'
import type { KindRegistry, ServedKind } from '../../api/kind-registry.ts'
import type { KubeObject } from '../../api/object.ts'
import { getOwn, isPlainObject } from '../../api/plain-object.ts'
import type { Grants } from '../grants/grants.ts'
import { isReservedNamespace } from '../grants/grants.ts'
import type { ScopeQuestion } from '../grants/judge-scope.ts'
import { judgeNamespace, judgeScope } from '../grants/judge-scope.ts'
import type { ObjectRef } from '../object/object-ref.ts'
import { formatRef, refKey } from '../object/object-ref.ts'
import { showText } from '../object/show-text.ts'
import { compareForApply, waveOf } from '../order/object-order.ts'
import { judgePods } from '../policy/judge-pods.ts'
import type { PodRule } from '../policy/pod-rules.ts'
import type { FieldPath } from '../source/parse-manifests.ts'
import type { SourceApplication, SourceObject } from '../source/source-application.ts'
import { CLUSTER_APPLICATION, POLICIES_APPLICATION } from '../source/source-application.ts'
import { INVENTORY_LENGTH_MAX } from '../source/source-limits.ts'
import type { SourceProblem } from '../source/source-problem.ts'
import { checkFields } from './check-fields.ts'
import { expandLists } from './expand-lists.ts'
import type { ManifestHead } from './read-head.ts'
import { isHeadProblem, readHead } from './read-head.ts'
import type { RenderedApplication, RenderedObject } from './rendered-application.ts'

/** What rendering is judged by; never taken from the commit that is rendered. */
export interface RenderRules {
  readonly kinds: KindRegistry
  readonly grants: Grants
  readonly podRules: readonly PodRule[]
}

const PROBLEMS_MAX = 50

/** Turns what the files say into the objects to apply, and says everything that is wrong at once. Pure. */
export function renderApplication(source: SourceApplication, rules: RenderRules): RenderedApplication {
  return new Renderer(source, rules).render()
}

class Renderer {
  readonly #source: SourceApplication
  readonly #rules: RenderRules
  readonly #question: ScopeQuestion
  readonly #problems: SourceProblem[]
  readonly #objects = new Map<string, RenderedObject>()

  constructor(source: SourceApplication, rules: RenderRules) {
    this.#source = source
    this.#rules = rules
    this.#problems = [...source.problems]
    this.#question = {
      application: source.name,
      ownNamespace: this.#ownNamespace(),
      isCluster: this.#isCluster(),
      grants: rules.grants,
    }
  }

  render(): RenderedApplication {
    const { name, path, settings, inputs, inputDigest } = this.#source
    this.#checkOwnNamespace()
    for (const object of this.#source.objects) {
      for (const item of expandLists(object, this.#problems)) this.#add(item)
    }
    this.#addOwnNamespace()
    this.#checkInventorySize()
    const objects = [...this.#objects.values()].sort((a, b) => a.wave - b.wave || compareForApply(a.ref, b.ref))
    return { name, path, settings, objects, inputs, inputDigest, problems: this.#problems.slice(0, PROBLEMS_MAX) }
  }

  #isCluster(): boolean {
    return this.#source.name === CLUSTER_APPLICATION || this.#source.name === POLICIES_APPLICATION
  }

  /**
   * The namespace that is the application's by right: named like it, or named in its settings and nobody's yet. A
   * namespace named like another application is that one's; the plan finds two applications that claim the same.
   */
  #ownNamespace(): string {
    return this.#source.settings.namespace
  }

  #checkOwnNamespace(): void {
    if (this.#isCluster()) return
    const namespace = this.#ownNamespace()
    const path = this.#source.path
    if (isReservedNamespace(namespace)) {
      this.#problems.push({
        path,
        message: `namespace ${namespace} cannot be an application's own; kube-* and pintle-* are for cluster/ alone`,
        remedy: 'name another one under spec.namespace in application.yaml',
      })
    } else if (namespace === 'default') {
      const refusal = judgeNamespace(namespace, `application ${this.#source.name}`, {
        ...this.#question,
        ownNamespace: '',
      })
      if (refusal !== undefined) this.#problems.push({ path, ...refusal })
    }
  }

  #add(source: SourceObject) {
    const head = readHead(source)
    if (isHeadProblem(head)) return this.#report(source, head.field, head.message, head.remedy)
    const served = this.#rules.kinds.byKind(head.apiVersion, head.kind)
    if (served === undefined) return this.#reportUnknownKind(source, head)
    const { namespaced } = served.kind
    if (!namespaced && head.namespace !== undefined) {
      const what = `${showText(head.kind)} ${showText(head.name)}`
      return this.#report(
        source,
        ['metadata', 'namespace'],
        `${what} belongs to the whole cluster and has no namespace`,
        'remove it',
      )
    }
    const namespace = namespaced ? (head.namespace ?? this.#defaultNamespace(source, head)) : undefined
    if (namespaced && namespace === undefined) return
    this.#addObject(source, served, head, namespace)
  }

  #defaultNamespace(source: SourceObject, head: ManifestHead): string | undefined {
    if (!this.#isCluster()) return this.#ownNamespace()
    const what = `${showText(head.kind)} ${showText(head.name)}`
    this.#report(
      source,
      ['metadata'],
      `${what} names no namespace, and cluster/ has none of its own`,
      'write "namespace:" below "metadata:"',
    )
    return undefined
  }

  #addObject(source: SourceObject, served: ServedKind, head: ManifestHead, namespace: string | undefined) {
    const { kind } = served
    const ref: ObjectRef = {
      apiVersion: storageApiVersion(kind),
      kind: kind.kind,
      ...(namespace !== undefined && { namespace }),
      name: head.name,
    }
    const key = refKey(ref)
    const twin = this.#objects.get(key)
    if (twin !== undefined) {
      return this.#report(
        source,
        [],
        `${formatRef(ref)} stands also at ${twin.path}:${twin.line ?? 1}`,
        'keep one of the two',
      )
    }
    const before = this.#problems.length
    this.#judge(source, served, ref)
    if (this.#problems.length > before) return
    const object = toStorageForm(source, served, namespace)
    this.#objects.set(key, { ref, key, kind, object, path: source.path, line: source.line, wave: waveOf(object) })
  }

  #judge(source: SourceObject, served: ServedKind, ref: ObjectRef): void {
    for (const { field, message, remedy } of checkFields(served, source.value, ref.namespace)) {
      this.#report(source, field, `${formatRef(ref)}: ${message}`, remedy)
    }
    const refusal = judgeScope(ref, served.kind.namespaced, this.#question)
    if (refusal !== undefined) this.#report(source, ['metadata', 'namespace'], refusal.message, refusal.remedy)
    if (this.#question.isCluster) return
    for (const { field, message, remedy } of judgePods(source.value, this.#rules.podRules)) {
      this.#report(source, field, `${formatRef(ref)}: ${message}`, remedy)
    }
  }

  #addOwnNamespace(): void {
    const name = this.#ownNamespace()
    const served = this.#rules.kinds.byKind('v1', 'Namespace')
    if (this.#isCluster() || served === undefined || name === 'default' || isReservedNamespace(name)) return
    const ref: ObjectRef = { apiVersion: 'v1', kind: 'Namespace', name }
    const key = refKey(ref)
    if (this.#objects.has(key)) return
    const object: KubeObject = {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name, labels: { [APPLICATION_LABEL]: this.#source.name } },
    }
    this.#objects.set(key, { ref, key, kind: served.kind, object, path: this.#source.path, wave: FIRST_WAVE })
  }

  #checkInventorySize(): void {
    let length = 0
    for (const key of this.#objects.keys()) length += key.length
    if (length <= INVENTORY_LENGTH_MAX) return
    const message = `the names of its objects are longer than ${INVENTORY_LENGTH_MAX} characters together`
    this.#problems.push({ path: this.#source.path, message, remedy: 'split the application' })
  }

  #reportUnknownKind(source: SourceObject, { apiVersion, kind }: ManifestHead) {
    const later = NOT_YET.find(each => each.apiVersion.test(apiVersion) && each.kind.test(kind))
    if (later !== undefined) return this.#report(source, ['kind'], `${later.what} not supported yet`, later.remedy)
    const elsewhere = this.#rules.kinds.list().find(each => each.kind === kind)
    const remedy =
      elsewhere === undefined ? 'correct apiVersion and kind' : `write "apiVersion: ${storageApiVersion(elsewhere)}"`
    this.#report(source, ['kind'], `kind ${showText(kind)} of ${showText(apiVersion)} is not served here`, remedy)
  }

  #report(source: SourceObject, field: FieldPath, message: string, remedy?: string): void {
    const line = source.lineOf(field) ?? source.line
    this.#problems.push({ path: source.path, line, message, ...(remedy !== undefined && { remedy }) })
  }
}

/** What people expect and this version cannot do: better said by name than as an unknown kind. */
const NOT_YET: readonly { apiVersion: RegExp; kind: RegExp; what: string; remedy: string }[] = [
  {
    apiVersion: /^kustomize\.config\.k8s\.io\//,
    kind: /./,
    what: 'Kustomize is',
    remedy: 'commit the rendered manifests, and remove this file',
  },
  {
    apiVersion: /^apiextensions\.k8s\.io\//,
    kind: /^CustomResourceDefinition$/,
    what: 'custom resource definitions are',
    remedy: 'remove this object',
  },
]

const FIRST_WAVE = -1_000_000
/** On the namespace that an application has made for itself. */
const APPLICATION_LABEL = 'gitops.pintle.dev/application'

/** The object as it is applied: in the version that the server stores, in its namespace, without what is not Git's. */
function toStorageForm(source: SourceObject, served: ServedKind, namespace: string | undefined): KubeObject {
  const { status: _, ...rest } = source.value
  const metadata = getOwn(source.value, 'metadata')
  const { creationTimestamp, generation, selfLink, ...kept } = isPlainObject(metadata) ? metadata : {}
  const object = {
    ...rest,
    metadata: { ...kept, ...(namespace !== undefined && { namespace }) },
  } as unknown as KubeObject
  return served.version.toStorage?.(object) ?? object
}
