import test from 'ava'
import type { Kind } from '../../src/api/kind.ts'
import { Pod } from '../../src/api/kinds/core/pod.ts'
import { PAGE_ROWS_MAX, renderPage } from '../../src/web/render-page.ts'

function pod(name: string) {
  return { apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop' }, spec: { containers: [] } }
}

function render(names: readonly string[]) {
  const section = { title: 'Pods', kind: Pod as unknown as Kind, objects: names.map(pod), emptyText: 'No pod runs.' }
  return renderPage({ user: 'a<b>', nowMs: 1_700_000_000_000, sections: [section] })
}

test('objects stand under the columns that kubectl shows', t => {
  const html = render(['web-1'])
  t.regex(html, /<th>Namespace<\/th><th>Name<\/th><th>Ready<\/th><th>Status<\/th>/)
  t.regex(html, /<td>shop<\/td><td>web-1<\/td>/)
})

test('every text is escaped', t => {
  const html = render([`<script>alert("x")</script>&'`])
  t.false(html.includes('<script>'))
  t.true(html.includes('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;'))
  t.true(html.includes('Seen by a&lt;b&gt; at 2023-11-14T22:13:20Z'))
})

test('nothing is a sentence, and too much is cut with a count', t => {
  t.true(render([]).includes('<p>No pod runs.</p>'))
  const html = render(Array.from({ length: PAGE_ROWS_MAX + 7 }, (_, index) => `p${index}`))
  t.true(html.includes('<p>and 7 more</p>'))
})

test('nothing is loaded and nothing runs', t => {
  const html = render(['web-1'])
  t.notRegex(html, /<script|src=|href=|javascript:/)
})
