import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import test from 'ava'

/** Holds the shape of the code: who may import whom, and what stays out of simulated code. */

const root = resolve(import.meta.dirname, '..')

/** The first prefix that fits gives a file its row; an import may only point to a lower row, or stay in its folder. */
const ROWS: readonly (readonly [prefix: string, row: number])[] = [
  ['src/cli', 7],
  ['src/server', 5],
  ['src/web', 5],
  ['src/controllers', 4],
  ['src/scheduler', 4],
  ['src/gitops', 4],
  ['agents/node', 4],
  ['agents/proxy', 4],
  ['agents/ingress', 4],
  ['src/registry', 3],
  ['src/control', 3],
  ['agents/host', 3],
  ['src/client', 2],
  ['src/git', 2],
  ['src/policy', 2],
  ['src/api', 1],
  ['src/store', 1],
  ['src/lib', 0],
  // What stands in `agents` itself wires the folders of `agents` together.
  ['agents', 6],
  // Data, no code.
  ['policies', 0],
]

const PURE = /^(src\/(api|policy)\/|.*\/plan\.ts$|src\/scheduler\/(filters|scores)\/)/

/** Adapters to the real world: the only places that touch its clock, timers and dice. */
const ADAPTER =
  /(^|\/)(system-[^/]*\.ts$|src\/cli\/|src\/server\/|agents\/[^/]*\.ts$|agents\/host\/|agents\/proxy\/|agents\/node\/process-driver\/|src\/git\/hooks\/|src\/client\/(http|node-tunnel)|src\/store\/embedded\/)/

const FORBIDDEN: readonly (readonly [name: string, pattern: RegExp])[] = [
  ['Date.now', /\bDate\.now\(/],
  ['new Date()', /\bnew Date\(\)/],
  ['performance', /\bperformance\.now\(/],
  ['Math.random', /\bMath\.random\(/],
  ['timers', /\b(setTimeout|setInterval|setImmediate)\(/],
  ['crypto.subtle', /\bcrypto\.subtle\b/],
  ['fetch', /(^|[^.\w])fetch\(/],
]

const LINES_MAX = 400

interface SourceFile {
  readonly path: string
  readonly text: string
}

const sources = ['src', 'agents'].flatMap(directory => sourceFiles(join(root, directory)))

function sourceFiles(directory: string): SourceFile[] {
  return readdirSync(directory, { withFileTypes: true }).flatMap(entry => {
    const path = join(directory, entry.name)
    if (entry.isDirectory()) return entry.name === 'generated' ? [] : sourceFiles(path)
    return entry.name.endsWith('.ts') ? [{ path: relative(root, path), text: readFileSync(path, 'utf8') }] : []
  })
}

function importsOf(file: SourceFile): string[] {
  const found = file.text.matchAll(
    /(?:^|\n)\s*(?:import|export)\b[^'"\n]*(?:\n[^'"]*?)?from\s+'(\.[^']+)'|import\(\s*'(\.[^']+)'/g,
  )
  return [...found].map(match => relative(root, resolve(root, dirname(file.path), match[1] ?? match[2]!)))
}

function rowOf(path: string): { prefix: string; row: number } | undefined {
  const found = ROWS.find(([prefix]) => path === prefix || path.startsWith(`${prefix}/`))
  return found && { prefix: found[0], row: found[1] }
}

test('every file stands in a folder of the design', t => {
  t.deepEqual(
    sources.filter(({ path }) => rowOf(path) === undefined).map(({ path }) => path),
    [],
  )
})

test('imports point down only, and folders on one row never import each other', t => {
  const wrong = sources.flatMap(file => {
    const from = rowOf(file.path)
    return importsOf(file)
      .filter(target => {
        const to = rowOf(target)
        if (from === undefined || to === undefined) return true
        return to.prefix !== from.prefix && to.row >= from.row
      })
      .map(target => `${file.path} imports ${target}`)
  })
  t.deepEqual(wrong, [])
})

test('pure code imports nothing of Node', t => {
  const wrong = sources.filter(({ path, text }) => PURE.test(path) && /from 'node:|import\('node:/.test(text))
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  )
})

test('time, dice and the network enter through adapters only', t => {
  const wrong = sources
    .filter(({ path }) => !ADAPTER.test(path))
    .flatMap(({ path, text }) => {
      const code = text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return FORBIDDEN.filter(([, pattern]) => pattern.test(code)).map(([name]) => `${path} uses ${name}`)
    })
  t.deepEqual(wrong, [])
})

test('file names are in kebab-case and say what the file is', t => {
  const vague = /^(utils?|helpers?|common|types|index|misc)\.ts$/
  const wrong = sources
    .map(({ path }) => path)
    .filter(path => {
      const name = path.split('/').at(-1)!
      return !/^[a-z0-9]+(-[a-z0-9]+)*(\.d)?\.ts$/.test(name) || vague.test(name)
    })
  t.deepEqual(wrong, [])
})

test('no file is too long to be read at once; tables are data', t => {
  const tables = ['src/api/decode/protobuf-messages.ts']
  const long = sources.filter(({ path, text }) => !tables.includes(path) && text.split('\n').length > LINES_MAX)
  t.deepEqual(
    long.map(({ path }) => path),
    [],
  )
})

test('no default exports and no markers of unfinished work', t => {
  const wrong = sources.filter(({ text }) => /^export default\b/m.test(text) || /\b(TODO|FIXME|XXX)\b/.test(text))
  t.deepEqual(
    wrong.map(({ path }) => path),
    [],
  )
})

test('links of documents lead somewhere, and the code map names every folder', t => {
  const documents = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter(
    path => path.endsWith('.md') && !/(^|\/)(node_modules|\.)/.test(path),
  )
  const dead = documents.flatMap(path => {
    const text = readFileSync(join(root, path), 'utf8')
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)].map(match => match[1]!)
    return targets.filter(target => !existsSync(join(root, dirname(path), target))).map(target => `${path}: ${target}`)
  })
  t.deepEqual(dead, [])
  const map = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
  const folders = [...new Set(sources.map(({ path }) => path.split('/').slice(0, 2).join('/')))]
  t.deepEqual(
    folders.filter(path => !path.endsWith('.ts') && !map.includes(`\`${path}\``)),
    [],
  )
})
