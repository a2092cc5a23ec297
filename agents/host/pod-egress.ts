import { createHash } from 'node:crypto'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { runCommand, tryCommand } from './run-command.ts'

/**
 * The way of pods with addresses of their own to what lies beyond this machine: their packets leave under the machine's
 * address, and the interfaces of its default routes pass the answers on. All of it stands in an nftables table of our own
 * and in a journal, written before anything is changed, by which it is undone: also by another process, after a crash.
 *
 * An interface that passed nothing on before goes on passing nothing on but answers: the table drops the rest.
 */
export interface PodEgress {
  /** Idempotent. Resolves with what pods of this range can reach, as a sentence for people. */
  open(cidr: string): Promise<string>
  /** Puts the machine back as it was. Harmless when there is nothing. */
  close(): Promise<void>
}

interface Journal {
  readonly table: string
  /** Interfaces that did not pass packets on before. */
  readonly opened: readonly string[]
}

const NO_NFT = 'they reach this machine and each other, and nothing beyond: for that install nftables'
const NO_ROUTE = 'they reach this machine and each other; it has no default route'
const OPEN = "they reach the outside under this machine's address"

/** `journal`: a file of the agent's data directory. */
export function createPodEgress(journal: string): PodEgress {
  return {
    async open(cidr) {
      if (!(await hasNft())) return NO_NFT
      try {
        return await openWay(journal, cidr)
      } catch (error) {
        return `they reach this machine and each other, and nothing beyond: ${(error as Error).message}`
      }
    },
    async close() {
      const done = readJournal(journal)
      if (done === undefined) return
      for (const each of done.opened) if (existsSync(forwardingOf(each))) writeFileSync(forwardingOf(each), '0')
      await tryCommand(['nft', 'delete', 'table', 'ip', done.table]).catch(() => undefined)
      rmSync(journal, { force: true })
    },
  }
}
async function openWay(journal: string, cidr: string): Promise<string> {
  const uplinks = await listUplinks()
  if (uplinks.length === 0) return NO_ROUTE
  const before = readJournal(journal)
  const closed = uplinks.filter(each => before?.opened.includes(each) || !isForwarding(each))
  const table = `pintle_${createHash('sha256').update(journal).digest('hex').slice(0, 8)}`
  writeFileSync(journal, JSON.stringify({ table, opened: closed } satisfies Journal), { mode: 0o600 })
  await runCommand(['nft', '-f', '-'], { input: formatRules(table, cidr, closed) })
  for (const each of closed) writeFileSync(forwardingOf(each), '1')
  return OPEN
}

/** One transaction: the table of an earlier run is replaced. */
export function formatRules(table: string, cidr: string, closed: readonly string[]): string {
  const drops = closed.map(each => `    iifname "${each}" ct state new,invalid drop`)
  return [
    `table ip ${table} {}`,
    `delete table ip ${table}`,
    `table ip ${table} {`,
    '  chain postrouting {',
    '    type nat hook postrouting priority 100; policy accept;',
    `    ip saddr ${cidr} ip daddr != ${cidr} oifname != "lo" masquerade`,
    '  }',
    '  chain forward {',
    '    type filter hook forward priority 0; policy accept;',
    ...drops,
    '  }',
    '}',
    '',
  ].join('\n')
}

/** Other programs have this name too: one comes with JavaScript tools, and npm puts those first. */
export async function hasNft(): Promise<boolean> {
  const version = await tryCommand(['nft', '--version']).catch(() => undefined)
  if (!version?.stdout.startsWith('nftables ')) return false
  return (await tryCommand(['nft', 'list', 'tables'])).exitCode === 0
}

/** Interfaces of the default routes. */
async function listUplinks(): Promise<string[]> {
  const { stdout } = await tryCommand(['ip', '-4', 'route', 'show', 'default'])
  const names = stdout.split('\n').map(line => / dev (\S+)/.exec(line)?.[1])
  return [...new Set(names.filter(each => each !== undefined))]
}

function isForwarding(name: string): boolean {
  return readFileSync(forwardingOf(name), 'utf8').trim() === '1'
}

function forwardingOf(name: string): string {
  return `/proc/sys/net/ipv4/conf/${name}/forwarding`
}

function readJournal(path: string): Journal | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Journal
  } catch {
    return undefined
  }
}
