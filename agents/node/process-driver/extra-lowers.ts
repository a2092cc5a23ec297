import { readFileSync } from 'node:fs'

/** File systems that hold no files of the machine, or that each container gets anew. */
const NOT_FILES =
  /^(proc|sysfs|devtmpfs|devpts|cgroup2?|mqueue|securityfs|debugfs|tracefs|bpf|nsfs|overlay|autofs|pstore|efivarfs|configfs|hugetlbfs|fusectl|binfmt_misc|ramfs|rpc_pipefs|selinuxfs)$/
/** More than this many file systems are not layered; the rest is not seen inside. */
const LOWERS_MAX = 16

/**
 * An overlay over `/` shows only the root file system itself. These are the machine's other ones (`/home`, `/usr`, a
 * `/tmp` in memory, ...), parents first, each to be layered the same way. What lies below `hidden` is left out.
 */
export function listExtraLowers(
  hidden: readonly string[],
  mountInfo = readFileSync('/proc/self/mountinfo', 'utf8'),
): string[] {
  const isHidden = (point: string) => hidden.some(each => point === each || point.startsWith(`${each}/`))
  const points = mountInfo
    .split('\n')
    .map(line => line.split(' '))
    .filter(fields => fields.length > 6 && !NOT_FILES.test(fields[fields.indexOf('-') + 1] ?? ''))
    .map(fields => fields[4]!)
    .filter(
      point => point !== '/' && !/^\/(proc|sys|dev|run)(\/|$)/.test(point) && !point.includes('\\') && !isHidden(point),
    )
  const unique = [...new Set(points)].sort()
  return unique.filter(point => point.split('/').length <= 4).slice(0, LOWERS_MAX)
}
