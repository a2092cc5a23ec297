/**
 * Git runs this after a push moved its refs. It makes their names durable before the push is over, then only watches:
 * the rollout belongs to the engine, and goes on when this ends or is interrupted.
 */
import { askEngine, engineSays } from './engine-connection.js'
import { waitMsOf } from './push-wait.js'
import { readPush } from './read-push.js'
import { syncPushedNames } from './sync-pushed-names.js'

/** The engine ends the watch itself; this is for an engine that does not answer. */
const GRACE_MS = 5_000

const [socketPath] = process.argv.slice(2)
const push = readPush()
syncPushedNames(push)
const answer = await askEngine(socketPath, { hook: 'post-receive', ...push }, waitMsOf(push.options) + GRACE_MS)
if (answer === 'silent' || answer === 'gone') {
  const commit = push.updates.find(update => update.new !== undefined)?.new
  engineSays(`The push landed; Pintle stopped answering. Watch it with: pintle wait ${commit?.slice(0, 12) ?? ''}`)
}
