import { existsSync, lstatSync, readdirSync, readlinkSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { quoteWord } from '../../host/shell-quote.ts'
import { RuntimeError } from '../runtime-driver.ts'

/** More binds than this would make a container slow to start: the mountPath is refused by name. */
const ENTRIES_MAX = 2_000

/**
 * Commands that plant, below `root/`, a root made of binds of the machine's own. A directory in which a mount point is
 * missing is not bound but made anew with a bind for each of its entries, so that the mount point can be made without
 * touching the machine. Throws RuntimeError naming the mountPath that cannot be had.
 */
export function planRoot(mountPaths: readonly string[]): string[] {
  const opened = new Map<string, string>([['/', '/']])
  for (const path of mountPaths) openAncestors(path, opened)
  const commands: string[] = []
  plant('/', opened, commands)
  return commands
}

/** Marks the deepest directory that exists above a missing mount point, and what lies above that. */
function openAncestors(mountPath: string, opened: Map<string, string>): void {
  let directory = mountPath
  while (!existsSync(directory)) directory = dirname(directory)
  if (directory === mountPath) return
  for (let each = realpathSync(directory); each !== '/'; each = dirname(each)) {
    if (!opened.has(each)) opened.set(each, mountPath)
  }
}

function plant(directory: string, opened: ReadonlyMap<string, string>, commands: string[]): void {
  for (const name of readEntries(directory, opened)) {
    if (commands.length > ENTRIES_MAX)
      throw refused(opened.get(directory)!, `${directory} has too many entries to rebuild`)
    const path = join(directory, name)
    const kept = quoteWord(`root${path}`)
    const stat = lstatSync(path, { throwIfNoEntry: false })
    if (stat === undefined || SPECIAL.has(path)) continue
    if (stat.isSymbolicLink()) commands.push(`ln -s ${quoteWord(readlinkSync(path))} ${kept}`)
    else if (opened.has(path)) {
      commands.push(`mkdir ${kept}`)
      plant(path, opened, commands)
    } else {
      const make = stat.isDirectory() ? `mkdir ${kept}` : `: > ${kept}`
      commands.push(`${make} && mount --rbind ${quoteWord(path)} ${kept} || true`)
    }
  }
}

/** Made for each container by itself. */
const SPECIAL = new Set(['/proc', '/sys', '/dev'])

function readEntries(directory: string, opened: ReadonlyMap<string, string>): string[] {
  try {
    return readdirSync(directory)
  } catch {
    throw refused(opened.get(directory)!, `it lies below ${directory}, which this user may not read`)
  }
}

function refused(mountPath: string, why: string): RuntimeError {
  return new RuntimeError(
    'CreateContainerError',
    `mountPath ${mountPath} cannot be made without root: ${why}; mount at another path, or run the agent as root`,
  )
}
