import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

const LOG_BYTES_MAX = 16 * 1024 * 1024

/** Appends lines to a file (0600). One that has grown to 16 MiB is set aside as `<file>.1`, in place of the one before. */
export function openFileLog(path: string): (line: string) => void {
  let file = openSync(path, 'a', 0o600)
  let bytes = fstatSync(file).size
  const setAside = () => {
    closeSync(file)
    renameSync(path, `${path}.1`)
    file = openSync(path, 'a', 0o600)
    bytes = 0
  }
  return line => {
    try {
      if (bytes >= LOG_BYTES_MAX) setAside()
      bytes += writeSync(file, `${line}\n`)
    } catch {
      // A full disk must not end the server: what cannot be logged is lost.
    }
  }
}
