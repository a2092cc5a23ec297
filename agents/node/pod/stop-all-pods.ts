import type { Pod } from '../../../src/api/kinds/core/pod.ts'
import type { RuntimeDriver } from '../runtime-driver.ts'
import type { PodFiles } from '../volumes/pod-files.ts'

/** Stops every container of this node with its pod's grace, then removes every sandbox and volume. */
export async function stopAllPods(driver: RuntimeDriver, files: PodFiles): Promise<void> {
  const sandboxes = await driver.listSandboxes()
  const containers = await driver.listContainers()
  await Promise.all(
    sandboxes.map(async sandbox => {
      const { spec } = JSON.parse(sandbox.manifest) as Pod
      const graceMs = (spec.terminationGracePeriodSeconds ?? 30) * 1000
      const own = containers.filter(each => each.sandboxId === sandbox.id && each.state === 'running')
      await Promise.all(own.map(each => driver.stopContainer(each.id, graceMs)))
      await driver.removeSandbox(sandbox.id)
      await files.remove(sandbox.uid)
    }),
  )
}
