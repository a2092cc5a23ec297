import type { Service } from '../../../src/api/kinds/core/service.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'

/**
 * The variables by which a container finds services (Kubernetes docs, "Discovering services"): those of its own
 * namespace when `links`, and the API server's always.
 */
export function serviceVariables(
  services: readonly DeepReadonly<Service>[],
  namespace: string,
  links: boolean,
): Map<string, string> {
  const variables = new Map<string, string>()
  const isApi = ({ metadata }: DeepReadonly<Service>) =>
    metadata.namespace === 'default' && metadata.name === 'kubernetes'
  for (const service of services) {
    if (isApi(service) || (links && service.metadata.namespace === namespace)) addService(variables, service)
  }
  return variables
}

function addService(variables: Map<string, string>, service: DeepReadonly<Service>): void {
  const host = service.spec?.clusterIP
  const ports = service.spec?.ports ?? []
  const [first] = ports
  if (!host || host === 'None' || first === undefined) return
  const prefix = service.metadata.name.toUpperCase().replaceAll('-', '_')
  variables.set(`${prefix}_SERVICE_HOST`, host)
  variables.set(`${prefix}_SERVICE_PORT`, String(first.port))
  for (const { name, port } of ports) {
    if (name) variables.set(`${prefix}_SERVICE_PORT_${name.toUpperCase().replaceAll('-', '_')}`, String(port))
  }
  const url = (port: { readonly port: number; readonly protocol?: string }) =>
    `${(port.protocol ?? 'TCP').toLowerCase()}://${host}:${port.port}`
  variables.set(`${prefix}_PORT`, url(first))
  for (const port of ports) {
    const each = `${prefix}_PORT_${port.port}_${port.protocol ?? 'TCP'}`
    variables.set(each, url(port))
    variables.set(`${each}_PROTO`, (port.protocol ?? 'TCP').toLowerCase())
    variables.set(`${each}_PORT`, String(port.port))
    variables.set(`${each}_ADDR`, host)
  }
}
