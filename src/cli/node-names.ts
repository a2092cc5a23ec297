import { whyNoDnsSubdomain } from '../api/names.ts'
import { UsageError } from './usage-error.ts'

/** Names of the nodes that one agent process runs: with `--nodes 3`, node-1 to node-3. */
export function nodeNamesOf(name: string, nodes: number): readonly string[] {
  return nodes === 1 ? [name] : Array.from({ length: nodes }, (_, at) => `${name}-${at + 1}`)
}

/** `10.244.0.0/16` and node 3 of the process -> `10.244.3.0/24`. */
export function podCidrOf(clusterCidr: string, index: number): string {
  const [first = '10', second = '244', third = '0'] = clusterCidr.split('.')
  return `${first}.${second}.${(Number(third) + index) % 256}.0/24`
}

export function checkNodeName(option: string, name: string): void {
  const why = whyNoDnsSubdomain(name)
  if (why !== undefined) throw new UsageError(`${option} takes a node's name, not ${JSON.stringify(name)}: ${why}`)
}
