import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs'

const LOG_BYTES_MAX = 16 * 1024 * 1024

/** Appends lines to a file (0600); one that has grown large is set aside as `<file>.1` when it is opened. */
export function openFileLog(path: string): (line: string) => void {
  if (existsSync(path) && statSync(path).size > LOG_BYTES_MAX) renameSync(path, `${path}.1`)
  const stream = createWriteStream(path, { flags: 'a', mode: 0o600 })
  // A full disk must not end the server: what cannot be logged is lost.
  stream.on('error', () => {})
  return line => stream.write(`${line}\n`)
}
