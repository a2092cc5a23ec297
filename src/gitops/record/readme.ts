import type { LiveApplication } from '../engine/application-object.ts'
import { compareText } from '../object/object-ref.ts'
import { shortCommit, showText } from '../object/show-text.ts'

const ROWS_MAX = 1_000

/** `README.md` of the status branch: the cluster at a glance, readable on any Git host. */
export function formatReadme(applications: readonly LiveApplication[]): string {
  const sorted = [...applications].sort((a, b) => compareText(a.metadata.name, b.metadata.name))
  const rows = sorted.slice(0, ROWS_MAX).map(formatRow)
  const more = sorted.length > ROWS_MAX ? [``, `... and ${sorted.length - ROWS_MAX} more.`] : []
  return [
    '# What runs here',
    '',
    'Written by Pintle after each rollout. Every commit of this branch is one outcome; its trailers say of what.',
    '',
    '| Application | Status | Rollout | Commit | What happened |',
    '|---|---|---|---|---|',
    ...rows,
    ...more,
    '',
  ].join('\n')
}

function formatRow({ metadata, status }: LiveApplication): string {
  const number = status?.lastRollout
  const cells = [
    `[${metadata.name}](applications/${metadata.name}/status.yaml)`,
    status?.phase ?? 'Pending',
    number === undefined ? '' : `[${metadata.name}-${number}](applications/${metadata.name}/rollouts/${number}.yaml)`,
    status?.applied === undefined ? '' : `\`${shortCommit(status.applied.commit)}\``,
    escapeMarkdown(showText(status?.message ?? '', 200)),
  ]
  return `| ${cells.join(' | ')} |`
}

/** Text from a manifest or a server must not become markup, a link or a mention. */
function escapeMarkdown(text: string): string {
  return text.replace(/[\\`*_{}[\]()#+!|<>~&@]/g, character => (character === '@' ? '@\u200b' : `\\${character}`))
}
