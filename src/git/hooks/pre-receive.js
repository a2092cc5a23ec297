/**
 * Git runs this before a push moves any ref; its exit code decides. Plain JavaScript with few imports: every push waits
 * for it to start. Rules that hold even while the engine is stopped are checked here; everything else is the engine's.
 */
import { askEngine, engineSays } from './engine-connection.js'
import { findRefusal } from './push-rules.js'
import { readPush } from './read-push.js'
import { recordPush } from './record-push.js'

const ANSWER_MS_MAX = 10_000

const [socketPath, logPath] = process.argv.slice(2)

async function decide() {
  const push = readPush()
  const refusal = findRefusal(push)
  if (refusal !== undefined) return refuse(refusal)
  const answer = await askEngine(socketPath, { hook: 'pre-receive', ...push }, ANSWER_MS_MAX)
  if (answer === 'stopped') engineSays('Pintle is not running. The push lands; it will be planned when Pintle starts.')
  if (answer === 'silent')
    return refuse(`Pintle did not answer within ${ANSWER_MS_MAX / 1000} s, so nothing landed. ${RETRY}`)
  if (answer === 'gone') return refuse(`Pintle stopped while it looked at this push, so nothing landed. ${RETRY}`)
  if (answer === 'refused') return 1
  try {
    recordPush(logPath, push)
  } catch (error) {
    return refuse(
      `The push cannot be recorded in ${logPath} (${error.message}), so nothing landed. Make room, then push again.`,
    )
  }
  return 0
}

const RETRY = 'Push again; if it happens again, look at its log or restart it (pintle down, then pintle up).'

function refuse(sentence) {
  engineSays(sentence)
  return 1
}

process.exitCode = await decide()
