import { readFileSync } from 'node:fs'
import { tryCommand } from './run-command.ts'

/** Where something is mounted, in the order it was mounted. */
function listMountPoints(): string[] {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .map(line => line.split(' ')[4])
    .filter(point => point !== undefined)
    .map(unescapeOctal)
}

export function isMountPoint(path: string): boolean {
  return listMountPoints().includes(path)
}

/** Unmounts everything at and below `directory`, the last mounted first. */
export async function unmountBelow(directory: string): Promise<void> {
  const below = listMountPoints().filter(point => point === directory || point.startsWith(`${directory}/`))
  for (const point of below.reverse()) await tryCommand(['umount', '-l', point])
}

/** mountinfo writes blanks, tabs, newlines and backslashes as `\040` and so on. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits) => String.fromCharCode(Number.parseInt(digits, 8)))
}
