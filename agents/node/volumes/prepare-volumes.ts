import type { Volume } from '../../../src/api/generated/types.ts'
import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { DeepReadonly } from '../../../src/api/object.ts'
import { parseQuantity } from '../../../src/api/scalars/quantity.ts'
import type { PodPlace } from '../environment/field-value.ts'
import { RuntimeError } from '../runtime-driver.ts'
import type { PodFiles } from './pod-files.ts'
import type { ReferencedObjects } from './referenced-objects.ts'
import { volumeContent } from './volume-content.ts'

export interface VolumeContext {
  readonly files: PodFiles
  readonly references: ReferencedObjects
  readonly place: PodPlace
}

/**
 * Brings every volume of the pod to what it shall hold now, also while its containers run. Resolves with the directory
 * (or file) of each, by name. Throws RuntimeError FailedMount naming the volume and what is missing.
 */
export async function prepareVolumes(pod: DeepReadonly<Pod>, context: VolumeContext): Promise<Map<string, string>> {
  const paths = new Map<string, string>()
  for (const volume of pod.spec.volumes ?? []) {
    try {
      paths.set(volume.name, await prepareVolume(volume, pod, context))
    } catch (error) {
      if (!(error instanceof RuntimeError)) throw error
      throw new RuntimeError(
        'FailedMount',
        `MountVolume.SetUp failed for volume ${JSON.stringify(volume.name)} : ${error.message}`,
      )
    }
  }
  return paths
}

async function prepareVolume(
  volume: DeepReadonly<Volume>,
  pod: DeepReadonly<Pod>,
  context: VolumeContext,
): Promise<string> {
  const { files, references, place } = context
  const uid = pod.metadata.uid!
  const owner = { group: pod.spec.securityContext?.fsGroup }
  const { emptyDir, hostPath } = volume
  if (emptyDir) {
    const bytesMax = emptyDir.sizeLimit ? Number(parseQuantity(emptyDir.sizeLimit).nano / 1_000_000_000n) : undefined
    return files.ensureEmptyDirectory(uid, volume.name, { ...owner, inMemory: emptyDir.medium === 'Memory', bytesMax })
  }
  if (hostPath) {
    await files.ensureHostPath(hostPath.path, hostPath.type ?? '')
    return hostPath.path
  }
  const content = await volumeContent(volume, pod, references, place)
  if (content === undefined) {
    const type = Object.keys(volume).find(key => key !== 'name')
    throw new RuntimeError('FailedMount', `volumes of type ${type} are not supported by this node`)
  }
  return files.writeFiles(uid, volume.name, content, { ...owner, isSecret: holdsSecret(volume) })
}

function holdsSecret({ secret, projected }: DeepReadonly<Volume>): boolean {
  return secret !== undefined || (projected?.sources ?? []).some(source => source.secret !== undefined)
}
