import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ContainerStats } from '../runtime-driver.ts'

const CGROUPS = '/sys/fs/cgroup'

/**
 * What a container uses, read from the kernel's files: the engine takes a second for the same answer. `pid`: its first
 * process. Memory is the working set: what cannot be given back at once. Undefined when it has ended.
 */
export function containerStats(pid: number): ContainerStats | undefined {
  try {
    const groups = readGroups(pid)
    const unified = groups.get('')
    if (!groups.has('memory') && unified !== undefined) return unifiedStats(join(CGROUPS, unified))
    return {
      cpuNanoseconds: number(join(CGROUPS, 'cpuacct', groups.get('cpuacct') ?? '', 'cpuacct.usage')),
      memoryBytes: workingSet(
        join(CGROUPS, 'memory', groups.get('memory') ?? ''),
        'memory.usage_in_bytes',
        'total_inactive_file',
      ),
    }
  } catch {
    return undefined
  }
}

function unifiedStats(path: string): ContainerStats {
  const cpu = fields(join(path, 'cpu.stat')).get('usage_usec') ?? 0
  return { cpuNanoseconds: cpu * 1000, memoryBytes: workingSet(path, 'memory.current', 'inactive_file') }
}

function workingSet(path: string, usage: string, inactive: string): number {
  return Math.max(0, number(join(path, usage)) - (fields(join(path, 'memory.stat')).get(inactive) ?? 0))
}

/** Controller -> path; the empty name is the unified hierarchy. */
function readGroups(pid: number): ReadonlyMap<string, string> {
  const groups = new Map<string, string>()
  for (const line of readFileSync(`/proc/${pid}/cgroup`, 'utf8').trim().split('\n')) {
    const [, controllers = '', ...path] = line.split(':')
    for (const controller of controllers.split(',')) groups.set(controller, path.join(':'))
  }
  return groups
}

function fields(path: string): ReadonlyMap<string, number> {
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  return new Map(lines.map(line => [line.split(' ')[0]!, Number(line.split(' ')[1])]))
}

function number(path: string): number {
  return Number(readFileSync(path, 'utf8').trim())
}
