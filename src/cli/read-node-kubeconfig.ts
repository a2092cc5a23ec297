import { readFile } from 'node:fs/promises'
import { parse } from 'yaml'
import { NODE_RANGES_EXTENSION, type NodeRanges } from '../server/pki/kubeconfig.ts'

/** What a node's kubeconfig says beside how to reach the server. */
export interface NodeKubeconfig extends Partial<NodeRanges> {
  readonly nodeName?: string
}

interface KubeconfigText {
  readonly 'current-context'?: string
  readonly contexts?: readonly {
    readonly name?: string
    readonly context?: {
      readonly user?: string
      readonly extensions?: readonly { readonly name?: string; readonly extension?: NodeRanges }[]
    }
  }[]
}

/** Of the current context of a kubeconfig. Empty where it is no kubeconfig: whoever connects with it says so better. */
export async function readNodeKubeconfig(path: string): Promise<NodeKubeconfig> {
  try {
    const config = parse(await readFile(path, 'utf8'), { maxAliasCount: 0 }) as KubeconfigText
    const context = config.contexts?.find(each => each.name === config['current-context'])?.context
    const nodeName = /^system:node:(.+)$/.exec(context?.user ?? '')?.[1]
    const ranges = context?.extensions?.find(each => each.name === NODE_RANGES_EXTENSION)?.extension
    return { ...(nodeName !== undefined && { nodeName }), ...ranges }
  } catch {
    return {}
  }
}
