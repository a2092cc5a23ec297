// Plain JavaScript, and first: what is imported after this line starts from the compile cache.
import { enableCompileCache } from 'node:module'

const { directory } = enableCompileCache()
// Workers look for it here; without it each of them loads a compiler of its own for a checkout's TypeScript.
if (directory !== undefined) process.env.NODE_COMPILE_CACHE ??= directory

const extension = import.meta.url.includes('/dist/') ? 'js' : 'ts'
const { main } = await import(`./main.${extension}`)
await main(process.argv)
