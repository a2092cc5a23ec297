import { Deployment } from '../../../src/api/kinds/apps/deployment.ts'
import { ConfigMap } from '../../../src/api/kinds/core/config-map.ts'
import { Pod } from '../../../src/api/kinds/core/pod.ts'
import { Application } from '../../../src/api/kinds/gitops/application.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import type { ApplicationState } from '../actors/repository-state.ts'
import { wantedObjects } from '../actors/repository-state.ts'
import { isStranger } from '../checkers/stranger-checker.ts'
import type { Fate } from './draw-faults.ts'
import type { Cast } from './trouble.ts'

/** Undefined when everything is as Git says, and nothing else is left but what waits for a person. */
export async function whyNotSettled({ cluster, model }: Cast, fate: Fate): Promise<string | undefined> {
  if (cluster.server === undefined || cluster.engine === undefined) return 'no server runs'
  if (cluster.heldParts.length > 0) return `${cluster.heldParts} is still away`
  const client = cluster.client()
  const { items } = await client.list(Application)
  const held = new Set(items.flatMap(({ status }) => status?.held?.objects ?? []))
  for (const { metadata, status, operation } of items) {
    if (operation !== undefined) return `${metadata.name} has a request that is not answered`
    if (status?.held !== undefined ? fate.approves : status?.phase !== 'Healthy')
      return `${metadata.name} is ${status?.phase}: ${status?.message}`
  }
  for (const [name, wanted] of model.wanted) {
    if (!items.some(each => each.metadata.name === name)) return `there is no application ${name}`
    const why = await whyNotLive(cluster.client(), name, wanted)
    if (why !== undefined) return why
  }
  return whyLeftOver(cluster.client(), model.wanted, held)
}

type Clients = ReturnType<Cast['cluster']['client']>

async function whyNotLive(client: Clients, name: string, wanted: ApplicationState): Promise<string | undefined> {
  const namespace = name
  const deployments = await client.list(Deployment, { namespace })
  const deployment = deployments.items.find(each => each.metadata.name === name)
  if (deployment === undefined) return `deployment ${name} is missing`
  const { spec, status } = deployment
  if (spec.replicas !== wanted.replicas) return `deployment ${name} wants ${spec.replicas}, Git ${wanted.replicas}`
  const image = spec.template.spec?.containers[0]?.image
  if (!image?.endsWith(`:${wanted.version}`)) return `deployment ${name} runs ${image}, Git wants ${wanted.version}`
  const isRolledOut = status?.availableReplicas === wanted.replicas && status.replicas === wanted.replicas
  if (!isRolledOut || status.updatedReplicas !== wanted.replicas)
    return `deployment ${name} has ${status?.availableReplicas} of ${wanted.replicas} available, ${status?.replicas} in all`
  const { length } = (await client.list(Pod, { namespace })).items.filter(isOwned)
  if (length !== wanted.replicas) return `${name} has ${length} pods, not ${wanted.replicas}`
  const configMaps = await client.list(ConfigMap, { namespace })
  for (const [each, value] of wanted.configMaps) {
    const live = configMaps.items.find(({ metadata }) => metadata.name === each)?.data?.['value']
    if (live !== value) return `configmap ${name}/${each} says ${live}, Git ${value}`
  }
  return undefined
}

/** One that nobody adopted after the store was lost is reported, and a person's to delete. */
export function isOwned({ metadata }: DeepReadonly<Pod>): boolean {
  return metadata.ownerReferences !== undefined && metadata.ownerReferences.length > 0
}

/** What Git does not want any more and no person is asked about. */
async function whyLeftOver(
  client: Clients,
  wanted: ReadonlyMap<string, ApplicationState>,
  held: ReadonlySet<string>,
): Promise<string | undefined> {
  const { items } = await client.list(ConfigMap)
  for (const { metadata } of items) {
    const { namespace = '', name } = metadata
    if (!/^(red|green|blue)$/.test(name) || isStranger(name)) continue
    const application = wanted.get(namespace)
    if (application !== undefined && wantedObjects(namespace, application).has(`configmaps ${namespace}/${name}`))
      continue
    if (!held.has(`ConfigMap ${namespace}/${name}`)) return `configmap ${namespace}/${name} is left over`
  }
  return undefined
}
