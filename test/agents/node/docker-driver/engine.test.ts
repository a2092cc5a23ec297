import { inspect } from 'node:util'
import test from 'ava'
import { createEngineAgent, engineMessage } from '../../../../agents/node/docker-driver/engine.ts'

test('the connection prints as a word, however many sockets it has: the client library prints it for every call', t => {
  const agent = createEngineAgent()
  const everything = { showHidden: true, depth: null }
  t.is(inspect({ agent }, everything), '{ agent: Agent }')
  agent.destroy()
})

test('what the engine said stands without the words of the client library', t => {
  const said = Object.assign(new Error('(HTTP code 404) no such container - No such container: one '), {
    statusCode: 404,
  })
  t.is(engineMessage(said), 'No such container: one')
  t.is(engineMessage(Object.assign(said, { json: { message: 'plainly' } })), 'plainly')
  t.is(engineMessage(new Error('connect ECONNREFUSED /run/docker.sock')), 'connect ECONNREFUSED /run/docker.sock')
})
