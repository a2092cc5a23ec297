import { listProcesses } from '../../host/process-tree.ts'

/** A process and all its descendants; orphans of a PID namespace are children of its process 1 and so included. */
export function listDescendants(root: number): number[] {
  const children = new Map<number, number[]>()
  for (const { pid, parent } of listProcesses()) children.set(parent, [...(children.get(parent) ?? []), pid])
  const found = [root]
  for (let index = 0; index < found.length; index++) found.push(...(children.get(found[index]!) ?? []))
  return found
}
