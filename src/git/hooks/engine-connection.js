import { connect } from 'node:net'

/**
 * Asks the engine over its socket: one JSON line there, JSON lines back, `{line}` for each line to print and `{accepted}`
 * at the end. Resolves `accepted`, `refused`, `stopped` (nobody listens), `silent` (no end within `timeoutMs`) or `gone`
 * (it went away before the end).
 */
export function askEngine(socketPath, request, timeoutMs) {
  return new Promise(resolve => {
    const socket = connect(socketPath)
    const timer = setTimeout(() => finish('silent'), timeoutMs)
    let received = ''
    let connected = false
    function finish(outcome) {
      clearTimeout(timer)
      socket.destroy()
      resolve(outcome)
    }
    socket.setEncoding('utf8')
    socket.on('connect', () => {
      connected = true
      socket.write(`${JSON.stringify({ version: PROTOCOL_VERSION, ...request })}\n`)
    })
    socket.on('data', chunk => {
      received += chunk
      const lines = received.split('\n')
      received = lines.pop()
      for (const line of lines) {
        const message = parse(line)
        if (message === undefined) return finish('gone')
        if (message.line !== undefined) engineSays(message.line)
        if (message.accepted !== undefined) finish(message.accepted ? 'accepted' : 'refused')
      }
    })
    socket.on('error', error => {
      const nobody = error.code === 'ENOENT' || error.code === 'ECONNREFUSED'
      finish(nobody && !connected ? 'stopped' : 'gone')
    })
    socket.on('close', () => finish('gone'))
  })
}

const PROTOCOL_VERSION = 1

/** Undefined: it is no Pintle that answers. */
function parse(line) {
  try {
    return JSON.parse(line) ?? undefined
  } catch {
    return undefined
  }
}

/** Git shows standard error of a hook as `remote:` lines. A client that went away is no reason to fail. */
export function engineSays(line) {
  process.stderr.write(`${line}\n`)
}

process.stderr.on('error', () => {})
