export interface Dependent {
  readonly name: string
  readonly dependsOn: readonly string[]
  readonly suspended: boolean
}

/** What is wrong with each application's `dependsOn`, one sentence per application. Pure. */
export function dependencyProblems(applications: readonly Dependent[]): ReadonlyMap<string, string> {
  const byName = new Map(applications.map(application => [application.name, application]))
  const problems = new Map<string, string>()
  for (const { name, dependsOn } of applications) {
    const missing = dependsOn.find(other => !byName.has(other))
    const suspended = dependsOn.find(other => byName.get(other)?.suspended)
    const cycle = findCycle(name, byName)
    if (missing !== undefined) problems.set(name, `depends on ${missing}, which is not in the repository`)
    else if (cycle !== undefined) problems.set(name, `is in a cycle of dependsOn: ${cycle.join(' -> ')}`)
    else if (suspended !== undefined) problems.set(name, `depends on ${suspended}, which is suspended`)
  }
  return problems
}

/** A way from `start` back to itself, both ends included; breadth first, each application visited once. */
function findCycle(start: string, byName: ReadonlyMap<string, Dependent>): string[] | undefined {
  const cameFrom = new Map<string, string>()
  const queue = [start]
  for (let next = 0; next < queue.length; next++) {
    const name = queue[next]!
    for (const other of byName.get(name)?.dependsOn ?? []) {
      if (other === start) return [...wayTo(name, start, cameFrom), start]
      if (cameFrom.has(other) || !byName.has(other)) continue
      cameFrom.set(other, name)
      queue.push(other)
    }
  }
  return undefined
}

function wayTo(end: string, start: string, cameFrom: ReadonlyMap<string, string>): string[] {
  const way = [end]
  while (way[0] !== start) way.unshift(cameFrom.get(way[0]!)!)
  return way
}
