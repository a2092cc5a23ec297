/**
 * `npm run generate`: field structure of the built-in kinds, from the installed `@kubernetes/client-node` to
 * `src/api/generated` (git-ignored, shipped in the package). Ends at once when its inputs have not changed.
 */
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

const HERE = import.meta.dirname
const MODELS_PACKAGE = `${HERE}/../../../node_modules/@kubernetes/client-node`
const OUTPUT = `${HERE}/../../api/generated`
const STAMP = `${OUTPUT}/inputs.txt`

/** Names of the written modules; all of them must be there for the inputs to count as unchanged. */
const WRITTEN = ['definitions.ts', 'descriptions.ts', 'types.ts']

async function generate(): Promise<void> {
  const inputs = digestInputs()
  if (isUpToDate(inputs)) return
  const { readModels } = await import('./read-models.ts')
  const { formatDefinitions, formatDescriptions } = await import('./format-definitions.ts')
  const { formatTypes } = await import('./format-types.ts')
  const definitions = await readModels(`${MODELS_PACKAGE}/dist/gen/models`)
  mkdirSync(OUTPUT, { recursive: true })
  replaceFile(`${OUTPUT}/definitions.ts`, formatDefinitions(definitions))
  replaceFile(`${OUTPUT}/descriptions.ts`, formatDescriptions(definitions))
  replaceFile(`${OUTPUT}/types.ts`, formatTypes(definitions))
  replaceFile(STAMP, inputs)
}

/** By rename: somebody who reads it meanwhile, or another run, sees one or the other, never a part. */
function replaceFile(path: string, text: string): void {
  const temporary = `${path}.${process.pid}`
  writeFileSync(temporary, text)
  renameSync(temporary, path)
}

function isUpToDate(inputs: string): boolean {
  return (
    WRITTEN.every(name => existsSync(`${OUTPUT}/${name}`)) &&
    existsSync(STAMP) &&
    readFileSync(STAMP, 'utf8') === inputs
  )
}

/** What the output depends on: the version of the models and this generator itself. */
function digestInputs(): string {
  const manifest = `${MODELS_PACKAGE}/package.json`
  if (!existsSync(manifest)) {
    throw new Error(`@kubernetes/client-node is not installed: run "npm ci" first (looked at ${manifest})`)
  }
  const hash = createHash('sha256').update(readFileSync(manifest))
  for (const name of readdirSync(HERE).sort()) hash.update(name).update(readFileSync(`${HERE}/${name}`))
  return hash.digest('hex')
}

try {
  await generate()
} catch (error) {
  process.stderr.write(`cannot generate src/api/generated: ${error instanceof Error ? error.message : error}\n`)
  process.exitCode = 1
}
