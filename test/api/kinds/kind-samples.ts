import { applyDefaults } from '../../../src/api/defaulting.ts'
import { FieldErrors } from '../../../src/api/field-errors.ts'
import type { Kind } from '../../../src/api/kind.ts'
import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Service } from '../../../src/api/kinds/core/service.ts'
import type { KubeObject } from '../../../src/api/object.ts'
import { pruneAndCheck } from '../../../src/api/validation/structure.ts'

/** An object as the write path has it before validation: pruned, defaulted, prepared. */
export function drafted<T extends KubeObject>(kind: Kind<T>, manifest: object): T {
  const version = kind.versions[0]!
  const { value } = pruneAndCheck(manifest, version.schema)
  const draft = value as unknown as T
  applyDefaults(draft, version)
  kind.strategy.prepareCreate?.(draft, { nowMs: 0, user: 'admin' })
  return draft
}

/** `field: message` of all that is wrong with an object. */
export function errorsOf<T extends KubeObject>(kind: Kind<T>, object: T): string[] {
  const errors = new FieldErrors()
  kind.strategy.validate(object, errors)
  return formatErrors(errors)
}

/** The same for a change. */
export function updateErrorsOf<T extends KubeObject>(kind: Kind<T>, object: T, current: T): string[] {
  const errors = new FieldErrors()
  kind.strategy.validateUpdate?.(object, current, errors)
  return formatErrors(errors)
}

export function formatErrors(errors: FieldErrors): string[] {
  return errors.list.map(({ field, message }) => `${field}: ${message}`)
}

/** Cells by column name. */
export function cellsOf<T extends KubeObject>(kind: Kind<T>, object: T, nowMs = 0): Record<string, unknown> {
  const columns = kind.versions[0]?.columns ?? []
  return Object.fromEntries(columns.map(({ name, cell }) => [name, cell(object as never, nowMs)]))
}

export function samplePod(spec: object = {}, status: object = {}): Pod {
  const container = { name: 'web', image: 'nginx:1.27' }
  const pod = drafted(Pod, {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p', namespace: 'default' },
    spec: { containers: [container], ...spec },
  })
  return { ...pod, status: { ...pod.status, ...status } }
}

export function sampleDeployment(spec: object = {}): Deployment {
  return drafted(Deployment, {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'd', namespace: 'default' },
    spec: {
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image: 'nginx:1.27' }] },
      },
      ...spec,
    },
  })
}

export function sampleService(spec: object = {}): Service {
  return drafted(Service, {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'default' },
    spec: { selector: { app: 'web' }, ports: [{ port: 80 }], ...spec },
  })
}
