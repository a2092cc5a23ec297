import { createHash } from 'node:crypto'
import type { Column, Kind } from '../api/kind.ts'
import type { DeepReadonly, KubeObject } from '../api/object.ts'
import { escapeHtml } from './escape-html.ts'

/** One table of the page: objects of one kind under the columns that kubectl shows. */
export interface PageSection {
  readonly title: string
  readonly kind: Kind
  readonly objects: readonly DeepReadonly<KubeObject>[]
  /** Shown when there are none. */
  readonly emptyText: string
}

export interface PageContent {
  readonly user: string
  readonly nowMs: number
  readonly sections: readonly PageSection[]
}

/** Rows of one table; the page names how many it left out. */
export const PAGE_ROWS_MAX = 500
const REFRESH_SECONDS = 10

const STYLE = `
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { margin: 2rem auto; max-width: 76rem; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2rem; }
th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid #8884; vertical-align: top; }
td { overflow-wrap: anywhere; }
.good { color: #1a7f37; }
.bad { color: #cf222e; }
footer { color: #888; }
`

/** For the Content-Security-Policy: this style and nothing else. */
export const PAGE_STYLE_SOURCE = `'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`

/** The whole page: no script, nothing loaded from elsewhere, every text escaped. */
export function renderPage({ user, nowMs, sections }: PageContent): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta http-equiv="refresh" content="${REFRESH_SECONDS}">
<title>Pintle</title>
<style>${STYLE}</style>
</head>
<body>
<h1>Pintle</h1>
${sections.map(section => renderSection(section, nowMs)).join('\n')}
<footer>Seen by ${escapeHtml(user)} at ${new Date(nowMs).toISOString().slice(0, 19)}Z</footer>
</body>
</html>
`
}

function renderSection({ title, kind, objects, emptyText }: PageSection, nowMs: number): string {
  const heading = `<h2>${escapeHtml(title)}</h2>`
  if (objects.length === 0) return `${heading}\n<p>${escapeHtml(emptyText)}</p>`
  const columns = (kind.versions[0]?.columns ?? []).filter(column => column.priority === 0)
  const shown = objects.slice(0, PAGE_ROWS_MAX)
  const head = [...(kind.namespaced ? ['Namespace'] : []), ...columns.map(column => column.name)]
  return `${heading}
<table>
<thead><tr>${head.map(name => `<th>${escapeHtml(name)}</th>`).join('')}</tr></thead>
<tbody>
${shown.map(object => renderRow(object, kind, columns, nowMs)).join('\n')}
</tbody>
</table>${objects.length > shown.length ? `\n<p>and ${objects.length - shown.length} more</p>` : ''}`
}

function renderRow(object: DeepReadonly<KubeObject>, kind: Kind, columns: readonly Column[], nowMs: number): string {
  const cells = columns.map(column => String(column.cell(object as never, nowMs) ?? ''))
  const all = kind.namespaced ? [object.metadata.namespace ?? '', ...cells] : cells
  return `<tr>${all.map(renderCell).join('')}</tr>`
}

const GOOD = new Set(['Healthy', 'Running', 'Ready', 'Completed'])
const BAD = /^(Degraded|Failed|Invalid|RolledBack|Held|NotReady|Unknown|Error|CrashLoopBackOff|Err|Create\w+Error)/

function renderCell(text: string): string {
  const mood = GOOD.has(text) ? ' class="good"' : BAD.test(text) ? ' class="bad"' : ''
  return `<td${mood}>${escapeHtml(text)}</td>`
}
