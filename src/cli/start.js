// Plain JavaScript, and first: what is imported after this line starts from the compile cache.
import { enableCompileCache } from 'node:module'

enableCompileCache()

const extension = import.meta.url.includes('/dist/') ? 'js' : 'ts'
const { main } = await import(`./main.${extension}`)
await main(process.argv)
