import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DataDirectory } from './data-directory.ts'
import { podCidrOf } from './node-names.ts'
import { UsageError } from './usage-error.ts'

/** A node's addresses are the 256 of a /24. */
const NODE_PREFIX_BITS = 24
const NODES_MAX = 256

/**
 * The pod addresses of a node on another machine: the same at each call, and no other node's. One file per range, made
 * exclusively, holds the node's name. The first range is that of the server's own machine.
 */
export function claimPodRange(directory: DataDirectory, nodeName: string, clusterCidr: string): string {
  const claims = join(directory.agent(), 'pod-ranges')
  mkdirSync(claims, { recursive: true, mode: 0o700 })
  const kept = readdirSync(claims).find(index => readFileSync(join(claims, index), 'utf8') === nodeName)
  if (kept !== undefined) return podCidrOf(clusterCidr, Number(kept))
  const ranges = Math.min(NODES_MAX, 2 ** (NODE_PREFIX_BITS - Number(clusterCidr.split('/')[1])))
  for (let index = 1; index < ranges; index++) {
    try {
      writeFileSync(join(claims, String(index)), nodeName, { flag: 'wx', mode: 0o600 })
      return podCidrOf(clusterCidr, index)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
  throw new UsageError(
    `the pods' addresses (--cluster-cidr ${clusterCidr}) have no room for node ${nodeName}: each node takes a /24, and all are given out. Remove the file of a node that is gone from ${claims}`,
  )
}
