import { ask, main, serve, TestProxy, VIP } from './test-proxy.ts'

/** Serves privileged ports as a plain user, twice; prints what was said of them, as JSON. */
const { port, server } = await serve('pod')
// Only a process of its own may change its user: a test is a thread.
if (process.getuid?.() === 0) process.seteuid!(65_534)
const said: string[][] = []
for (let round = 0; round < 2; round++) {
  const test = await TestProxy.start()
  await test.createService('web', VIP, [{ ...main, port: 80 }])
  await test.createService('dns', '127.98.7.2', [{ ...main, port: 53, protocol: 'UDP' }])
  await test.createSlice('web', port)
  await test.until(async () => (await ask(VIP, 8080)) === 'pod')
  await test.until(() => test.events.length === 2)
  said.push(test.events.sort())
  await test.stop()
}
server.close()
console.log(JSON.stringify(said))
