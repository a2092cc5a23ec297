// Plain JavaScript, and first: what is imported after this line starts from the compile cache.
import { existsSync } from 'node:fs'
import * as nodeModule from 'node:module'

if (nodeModule.enableCompileCache === undefined || nodeModule.stripTypeScriptTypes === undefined) {
  console.error(`pintle: this Node is ${process.version}, and Pintle needs Node 24, which it brings along: call it by`)
  console.error("        'npx pintle' or 'npm start', not by its files")
  process.exit(1)
}
const { directory } = nodeModule.enableCompileCache()
// Workers look for it here; without it each of them loads a compiler of its own for a checkout's TypeScript.
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory

const extension = existsSync(new URL('main.ts', import.meta.url)) ? 'ts' : 'js'
const { main } = await import(`./main.${extension}`)
await main(process.argv)
