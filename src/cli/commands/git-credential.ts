import { readFileSync } from 'node:fs'
import { findDataDirectory } from '../data-directory.ts'
import { requestJson } from '../request-json.ts'

const INPUT_BYTES_MAX = 64 * 1024

/**
 * Git's credential helper protocol (git-credential(1)): reads `key=value` lines, answers `get` for our own remote with
 * a token that is good for an hour. Other hosts and operations get no answer.
 */
export async function gitCredential(operation: string, options: { readonly dataDir?: string }): Promise<void> {
  if (operation !== 'get') return
  const directory = findDataDirectory(options.dataDir)
  const asked = parseCredential(readFileSync(0).subarray(0, INPUT_BYTES_MAX).toString())
  const port = directory.readServerState()?.httpPort
  if (port === undefined || !['127.0.0.1', 'localhost'].some(host => asked.get('host') === `${host}:${port}`)) return
  const { token } = await requestJson<{ token: string }>(directory, 'POST', '/pintle/v1/tokens')
  process.stdout.write(`username=pintle\npassword=${token}\n`)
}

function parseCredential(text: string): Map<string, string> {
  const pairs = text.split('\n').flatMap(line => {
    const at = line.indexOf('=')
    return at < 0 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const]
  })
  return new Map(pairs)
}
