import { readFileSync } from 'node:fs'
import { userInfo } from 'node:os'

const UPDATES_BYTES_MAX = 4 * 1024 * 1024
const OPTIONS_MAX = 64
const ZERO_ID = /^0+$/

/**
 * The push as Git tells it: updates on standard input (`<old> <new> <ref>` lines), options, pusher and the quarantine in
 * the environment. A commit's author says nothing about who pushes.
 */
export function readPush() {
  const { env } = process
  const text = readFileSync(0, 'utf8')
  if (text.length > UPDATES_BYTES_MAX) throw new Error('the push moves too many refs at once')
  const updates = text
    .split('\n')
    .filter(line => line !== '')
    .map(line => {
      const [old, target] = line.split(' ', 2)
      return { ref: line.slice(old.length + target.length + 2), old: idOf(old), new: idOf(target) }
    })
  const count = Math.min(Number(env.GIT_PUSH_OPTION_COUNT ?? 0), OPTIONS_MAX)
  const options = Array.from({ length: count }, (_, index) => env[`GIT_PUSH_OPTION_${index}`] ?? '')
  const quarantine =
    env.GIT_QUARANTINE_PATH === undefined
      ? undefined
      : {
          objectDirectory: env.GIT_OBJECT_DIRECTORY,
          alternateObjectDirectories: env.GIT_ALTERNATE_OBJECT_DIRECTORIES ?? '',
        }
  return { pusher: pusherName(env), updates, options, quarantine }
}

function idOf(id) {
  return ZERO_ID.test(id) ? undefined : id
}

/** Only our own HTTP server sets the gateway interface; a REMOTE_USER in somebody's shell means nothing. */
function pusherName(env) {
  if (env.GATEWAY_INTERFACE === 'CGI/1.1' && env.REMOTE_USER) return env.REMOTE_USER
  try {
    return `local:${userInfo().username}`
  } catch {
    return `local:${process.getuid()}`
  }
}
