import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { ContainerState, Sandbox } from '../runtime-driver.ts'
import type { PodFiles } from '../volumes/pod-files.ts'
import { isSidecar } from './pod-view.ts'
import type { StopTools } from './stop-container.ts'
import { MINIMUM_GRACE_MS, stopContainer } from './stop-container.ts'

/**
 * Stops every container of this node as a deletion of its pod would, hooks and grace included, then removes every
 * sandbox and volume. Says nothing to the server.
 */
export async function stopAllPods(tools: StopTools, files: PodFiles): Promise<void> {
  const sandboxes = await tools.driver.listSandboxes()
  const containers = await tools.driver.listContainers()
  await Promise.all(
    sandboxes.map(async sandbox => {
      const own = containers.filter(each => each.sandboxId === sandbox.id && each.state === 'running')
      await stopPod(tools, sandbox, own)
      await tools.driver.removeSandbox(sandbox.id)
      await files.remove(sandbox.uid)
    }),
  )
}

/** The main containers together, then each sidecar, the last one first. */
async function stopPod(tools: StopTools, sandbox: Sandbox, running: readonly ContainerState[]): Promise<void> {
  const pod = JSON.parse(sandbox.manifest) as Pod
  const sidecars = (pod.spec.initContainers ?? []).filter(isSidecar).map(each => each.name)
  const endMs = tools.clock.monotonic() + (pod.spec.terminationGracePeriodSeconds ?? 30) * 1000
  const stop = ({ id, name }: ContainerState) => {
    const graceMs = Math.max(endMs - tools.clock.monotonic(), MINIMUM_GRACE_MS)
    const host = sandbox.ip ?? '127.0.0.1'
    return stopContainer(tools, pod, { containerId: id, container: name, graceMs, preStop: true, host })
  }
  await Promise.all(running.filter(each => !sidecars.includes(each.name)).map(stop))
  for (const name of sidecars.reverse()) await Promise.all(running.filter(each => each.name === name).map(stop))
}
